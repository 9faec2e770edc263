package dev.verdict.streams;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells failures that keep coming from those that come now and then: too many within a window are
 * no accident. Safe for several threads.
 */
final class FailureRate {
  private final int most;
  private final long windowNanos;
  private final Deque<Long> failures = new ArrayDeque<>();

  /**
   * @param most failures within the window that are still borne
   */
  FailureRate(int most, Duration window) {
    this.most = most;
    this.windowNanos = window.toNanos();
  }

  /**
   * Counts a failure.
   *
   * @param nowNanos of a clock that never goes back
   * @return whether there are too many now
   */
  synchronized boolean exceededBy(long nowNanos) {
    while (!failures.isEmpty() && nowNanos - failures.peekFirst() >= windowNanos) {
      failures.removeFirst();
    }
    failures.addLast(nowNanos);
    return failures.size() > most;
  }

  /** Failures within the window before the last one, that one included. */
  synchronized int recent() {
    return failures.size();
  }
}
