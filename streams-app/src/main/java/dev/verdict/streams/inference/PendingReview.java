package dev.verdict.streams.inference;

import dev.verdict.contract.Review;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A review on its way through the batcher. */
public final class PendingReview {
  private final Review review;
  private final long arrivedNanos;
  private final CompletableFuture<ScoredReview> score = new CompletableFuture<>();
  private final AtomicBoolean claimed = new AtomicBoolean();

  PendingReview(Review review, long arrivedNanos) {
    this.review = review;
    this.arrivedNanos = arrivedNanos;
  }

  public Review review() {
    return review;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  CompletableFuture<ScoredReview> score() {
    return score;
  }

  /** True for the one caller that takes it into a batch. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  boolean isClaimed() {
    return claimed.get();
  }
}
