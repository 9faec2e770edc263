package dev.verdict.hub;

/**
 * How far a file is.
 *
 * @param file its name in the repository
 * @param bytes bytes on disk
 * @param totalBytes size of the whole file
 */
public record Progress(String file, long bytes, long totalBytes) {}
