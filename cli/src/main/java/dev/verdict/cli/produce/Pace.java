package dev.verdict.cli.produce;

/**
 * Keeps a rate. Time that was lost, by waiting for the input or by sleeping, is not made up for.
 */
final class Pace {
  /** What a sleep may be late by, which is made up for. */
  private static final long SLACK_NANOS = 50_000_000;

  private final double intervalNanos;
  private double next;

  /**
   * @param rate a second; infinite for as fast as it goes
   * @param nowNanos when it begins
   */
  Pace(double rate, long nowNanos) {
    this.intervalNanos = 1e9 / rate;
    this.next = nowNanos;
  }

  /** Nanoseconds until the next one is due; 0 if it is. */
  long waitNanos(long nowNanos) {
    return Math.max(0, (long) Math.ceil(next - nowNanos));
  }

  /** One was taken. */
  void taken(long nowNanos) {
    next = Math.max(next, (double) nowNanos - SLACK_NANOS) + intervalNanos;
  }
}
