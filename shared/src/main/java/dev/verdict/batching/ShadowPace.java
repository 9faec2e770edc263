package dev.verdict.batching;

import java.time.Duration;

/**
 * How much a challenger may be given at once, so that the champion's next batch waits for it no
 * longer than a budget, as far as the challenger's last speed tells: it falls at once to what was
 * measured and rises by half the difference.
 *
 * <p>Example: at 5,000 tokens a second and a budget of 20 ms a chunk may have 100 tokens. If they
 * take 40 ms, the next may have 50.
 *
 * <p>A challenger of which not even one review fits would never be measured again, though it may
 * only have met a busy moment. It may therefore have one review out of budget now and then: after
 * ten budgets at first, and after twice as long whenever one has taken more than the budget, up to
 * {@value #LONGEST_PAUSE_SECONDS} seconds.
 */
public final class ShadowPace {
  private static final int LONGEST_PAUSE_SECONDS = 10;
  private static final int BUDGETS_BEFORE_PROBE = 10;

  private final Duration budget;
  private double tokensPerSecond;
  private long measuredNanos;
  private Duration pause;

  /**
   * @param budget of one chunk
   * @param tokensPerSecond as it was measured aside
   * @param nowNanos of any clock that never goes back
   */
  public ShadowPace(Duration budget, double tokensPerSecond, long nowNanos) {
    this.budget = budget;
    this.tokensPerSecond = tokensPerSecond;
    this.measuredNanos = nowNanos;
    this.pause = firstPause();
  }

  private Duration firstPause() {
    return shorter(budget.multipliedBy(BUDGETS_BEFORE_PROBE));
  }

  private static Duration shorter(Duration pause) {
    Duration longest = Duration.ofSeconds(LONGEST_PAUSE_SECONDS);
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  /** Tokens that a chunk may have now. */
  public long tokens() {
    return (long) (tokensPerSecond * budget.toNanos() / 1e9);
  }

  /** Whether a single review may be tried that is out of budget. */
  public boolean mayProbe(long nowNanos) {
    return nowNanos - measuredNanos >= pause.toNanos();
  }

  /**
   * A chunk was scored.
   *
   * @param tokens of its texts
   */
  public void ran(long tokens, Duration time, long nowNanos) {
    double measured = tokens / Math.max(time.toNanos() / 1e9, 1e-6);
    tokensPerSecond =
        measured < tokensPerSecond ? measured : tokensPerSecond + (measured - tokensPerSecond) / 2;
    measuredNanos = nowNanos;
    pause = time.compareTo(budget) > 0 ? shorter(pause.multipliedBy(2)) : firstPause();
  }
}
