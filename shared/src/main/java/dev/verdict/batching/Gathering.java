package dev.verdict.batching;

import java.util.Optional;

/**
 * Decides how long reviews are gathered before they are planned into batches. A little more than
 * one batch is gathered when it is there, since texts of one length attend faster together; nothing
 * is waited for once one batch is full.
 *
 * <p>Times are of any clock in nanoseconds that never goes back, such as {@link System#nanoTime}.
 */
public final class Gathering {
  /** Batches that are sorted together at most: enough that many texts have one length. */
  private static final int BATCHES_TOGETHER = 8;

  /** Longest work that is sorted together, so that a slow model keeps answering. */
  private static final double SECONDS_TOGETHER = 0.5;

  private final BatchLimits limits;
  private final double tokensTogether;
  private int rows;
  private double tokens;
  private long oldest;

  /** What else is to be known at the moment of a decision. */
  public enum Outlook {
    /** More is queued already. */
    QUEUED,
    /** Nothing is queued, more may come. */
    OPEN,
    /** Nothing is queued, and nothing can come before some review is answered. */
    DRY,
    /** A new version has taken over. */
    SWAPPED
  }

  /**
   * @param limits of one batch
   * @param tokensPerSecond what the model has done lately, 0 when unknown
   */
  public Gathering(BatchLimits limits, double tokensPerSecond) {
    this.limits = limits;
    this.tokensTogether =
        Math.max(
            limits.maxTokens(),
            Math.min(
                tokensPerSecond * SECONDS_TOGETHER,
                (double) BATCHES_TOGETHER * limits.maxTokens()));
  }

  /**
   * Takes a review in.
   *
   * @param length its tokens, estimated
   * @param arrivedNanos when it began to wait
   */
  public void add(double length, long arrivedNanos) {
    oldest = rows == 0 || arrivedNanos - oldest < 0 ? arrivedNanos : oldest;
    rows++;
    tokens += length;
  }

  /** Why the gathering ends now; empty when it goes on. */
  public Optional<CloseReason> closed(long nowNanos, Outlook outlook) {
    if (rows == 0) {
      return Optional.empty();
    }
    if (rows >= (long) BATCHES_TOGETHER * limits.maxRows() || tokens >= tokensTogether) {
      return Optional.of(CloseReason.FULL);
    }
    return switch (outlook) {
      case QUEUED -> Optional.empty();
      case SWAPPED -> Optional.of(CloseReason.SWAP);
      case DRY -> Optional.of(fillsABatch() ? CloseReason.FULL : CloseReason.DRAINED);
      case OPEN -> closedWhileOpen(nowNanos);
    };
  }

  /** How long to wait for one more review, at least 0. */
  public long patienceNanos(long nowNanos) {
    return rows == 0
        ? limits.maxWait().toNanos()
        : Math.max(0, limits.maxWait().toNanos() - (nowNanos - oldest));
  }

  private Optional<CloseReason> closedWhileOpen(long nowNanos) {
    if (fillsABatch()) {
      return Optional.of(CloseReason.FULL);
    }
    return patienceNanos(nowNanos) == 0 ? Optional.of(CloseReason.WAITED) : Optional.empty();
  }

  private boolean fillsABatch() {
    return rows >= limits.maxRows() || tokens >= limits.maxTokens();
  }
}
