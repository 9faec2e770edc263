package dev.verdict.batching;

import java.time.Duration;

/**
 * How much a new version may do before it is trusted.
 *
 * @param canaryPercent of the review ids that a canary serves
 * @param shadowPercent of the review ids that a challenger scores in shadow
 * @param shadowBudget longest that shadow work may hold up the champion's next batch
 * @param shadowQueueRows reviews that may wait for the challenger
 */
public record TrialLimits(
    int canaryPercent, int shadowPercent, Duration shadowBudget, int shadowQueueRows) {

  /** For where one version does everything. */
  public static final TrialLimits NONE = new TrialLimits(100, 0, Duration.ZERO, 1);

  /**
   * @throws IllegalArgumentException if a share is not of 0 to 100 percent, or nothing may wait
   */
  public TrialLimits {
    if (canaryPercent < 0 || canaryPercent > 100 || shadowPercent < 0 || shadowPercent > 100) {
      throw new IllegalArgumentException(
          "canaryPercent is %d and shadowPercent %d, both must be 0 to 100"
              .formatted(canaryPercent, shadowPercent));
    }
    if (shadowQueueRows < 1) {
      throw new IllegalArgumentException(
          "shadowQueueRows is " + shadowQueueRows + ", must be at least 1");
    }
  }
}
