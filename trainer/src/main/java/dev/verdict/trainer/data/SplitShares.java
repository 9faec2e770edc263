package dev.verdict.trainer.data;

/**
 * How data without a split of its own is split; the rest is trained on.
 *
 * @param validationPercent 1 to 98
 * @param testPercent 1 to 98
 */
public record SplitShares(int validationPercent, int testPercent) {
  /** 60/20/20, that of the reference recipe. */
  public static final SplitShares DEFAULT = new SplitShares(20, 20);

  /**
   * @throws IllegalArgumentException if nothing remains to be trained on
   */
  public SplitShares {
    if (validationPercent < 1 || testPercent < 1 || validationPercent + testPercent > 99) {
      throw new IllegalArgumentException(
          "Shares of validation and test are %d %% and %d %%, must be at least 1 and 99 together"
              .formatted(validationPercent, testPercent));
    }
  }

  double test() {
    return testPercent / 100.0;
  }

  double validation() {
    return validationPercent / 100.0;
  }

  /** What is taken for validation where the test part is taken already. */
  double validationOfTrainable() {
    return validationPercent / (100.0 - testPercent);
  }
}
