package dev.verdict.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hashes that the Hub uses as etags. */
final class ContentHash {

  private ContentHash() {}

  /** Whether the content has the hash that the etag is; true for an etag of another form. */
  static boolean matches(Path file, String etag) throws IOException {
    if (etag.matches("[0-9a-f]{64}")) {
      return hash(file, digest("SHA-256")).equals(etag);
    }
    if (etag.matches("[0-9a-f]{40}")) {
      // Git hashes a header before the content:
      // https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
      MessageDigest sha1 = digest("SHA-1");
      sha1.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
      return hash(file, sha1).equals(etag);
    }
    return true;
  }

  private static String hash(Path file, MessageDigest digest) throws IOException {
    try (InputStream content = Files.newInputStream(file);
        OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      content.transferTo(sink);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has " + algorithm, e);
    }
  }
}
