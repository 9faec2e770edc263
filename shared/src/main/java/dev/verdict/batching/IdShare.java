package dev.verdict.batching;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A share of the review ids, chosen by hash alone, so that every instance agrees without talking
 * and a review keeps its side after a restart. Shares of different salts are independent of each
 * other and of the hold-out, whose hash has no salt.
 *
 * @param salt before the id in the hash
 * @param percent of the ids
 */
public record IdShare(String salt, int percent) {

  /** Whether the review is of the share; of 0 and 100 percent no hash is needed. */
  public boolean contains(byte[] reviewId) {
    return percent > 0
        && (percent >= 100 || Integer.remainderUnsigned(hash(reviewId), 100) < percent);
  }

  private int hash(byte[] id) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return ByteBuffer.wrap(digest.digest(id)).getInt();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
