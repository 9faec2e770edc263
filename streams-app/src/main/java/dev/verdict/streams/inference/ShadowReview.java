package dev.verdict.streams.inference;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An answered review that the challenger scores too, or drops. */
public final class ShadowReview {
  private final PendingReview pending;
  private final CompletableFuture<Optional<ScoredReview>> result = new CompletableFuture<>();

  ShadowReview(PendingReview pending) {
    this.pending = pending;
  }

  PendingReview pending() {
    return pending;
  }

  void complete(Optional<ScoredReview> scored) {
    result.complete(scored);
  }

  /** Whether it was scored or dropped. */
  public boolean isDone() {
    return result.isDone();
  }

  /** What the challenger said; empty while it waits, and where it was dropped. */
  public Optional<ScoredReview> result() {
    return result.getNow(Optional.empty());
  }
}
