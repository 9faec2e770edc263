package dev.verdict.streams.inference;

import dev.verdict.contract.Review;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A review on its way through the batcher. */
public final class PendingReview {
  private final Review review;
  private final Supplier<byte[]> id;
  private final long arrivedNanos;
  private final CompletableFuture<ScoredReview> score = new CompletableFuture<>();
  private final AtomicBoolean claimed = new AtomicBoolean();

  /** Written before the score, and read after it. */
  private int tokens;

  /**
   * @param id made only where versions share the reviews
   */
  PendingReview(Review review, Supplier<byte[]> id, long arrivedNanos) {
    this.review = review;
    this.id = id;
    this.arrivedNanos = arrivedNanos;
  }

  public Review review() {
    return review;
  }

  byte[] id() {
    return id.get();
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  CompletableFuture<ScoredReview> score() {
    return score;
  }

  /** Answers it. */
  void complete(ScoredReview scored, int scoredTokens) {
    tokens = scoredTokens;
    score.complete(scored);
  }

  /** As many as the version that answered it has read. */
  int tokens() {
    return tokens;
  }

  /** True for the one caller that takes it into a batch. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  boolean isClaimed() {
    return claimed.get();
  }
}
