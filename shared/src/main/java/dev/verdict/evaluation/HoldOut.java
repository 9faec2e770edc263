package dev.verdict.evaluation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The permanent hold-out: a fixed share of review ids that no version is ever trained on, chosen by
 * hash, so that every process agrees without talking.
 *
 * @param percent of the ids
 */
public record HoldOut(int percent) {

  /** Whether the review is held out. */
  public boolean contains(String reviewId) {
    return Integer.remainderUnsigned(hash(reviewId), 100) < percent;
  }

  private static int hash(String id) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getInt();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
