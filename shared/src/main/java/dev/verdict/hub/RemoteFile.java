package dev.verdict.hub;

/**
 * What the Hub says about one file.
 *
 * @param name its path in the repository
 * @param commit the commit that the revision means
 * @param etag the file's identity: the SHA-256 of its content (64 hexadecimal digits) for large
 *     files, the SHA-1 of its Git blob (40 digits) for others
 * @param size in bytes
 */
record RemoteFile(String name, String commit, String etag, long size) {}
