package dev.verdict.batching;

import java.time.Duration;

/**
 * How much a challenger may be given at once, so that the champion's next batch waits for it no
 * longer than a budget, as far as the challenger's last speed tells: it falls at once to what was
 * measured and rises by half the difference.
 *
 * <p>Example: at 5,000 tokens a second and a budget of 20 ms a chunk may have 100 padded tokens. If
 * they take 40 ms, the next may have 50.
 *
 * <p>A challenger of which not even one review fits would never be measured again, though it may
 * only have met a busy moment. It may therefore have one review out of budget every {@value
 * #PROBE_SECONDS} seconds.
 */
public final class ShadowPace {
  private static final int PROBE_SECONDS = 10;

  private final Duration budget;
  private double tokensPerSecond;
  private long measuredNanos;

  /**
   * @param budget of one chunk
   * @param tokensPerSecond as it was measured aside
   * @param nowNanos of any clock that never goes back
   */
  public ShadowPace(Duration budget, double tokensPerSecond, long nowNanos) {
    this.budget = budget;
    this.tokensPerSecond = tokensPerSecond;
    this.measuredNanos = nowNanos;
  }

  /** Padded tokens that a chunk may have now. */
  public long tokens() {
    return (long) (tokensPerSecond * budget.toNanos() / 1e9);
  }

  /** Whether a single review may be tried that is out of budget. */
  public boolean mayProbe(long nowNanos) {
    return nowNanos - measuredNanos >= Duration.ofSeconds(PROBE_SECONDS).toNanos();
  }

  /**
   * A chunk was scored.
   *
   * @param tokens its rows times its longest
   */
  public void ran(long tokens, Duration time, long nowNanos) {
    double measured = tokens / Math.max(time.toNanos() / 1e9, 1e-6);
    tokensPerSecond =
        measured < tokensPerSecond ? measured : tokensPerSecond + (measured - tokensPerSecond) / 2;
    measuredNanos = nowNanos;
  }
}
