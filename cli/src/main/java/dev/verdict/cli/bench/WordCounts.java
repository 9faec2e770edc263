package dev.verdict.cli.bench;

/**
 * How long the texts of a set are, in words: the lengths at six shares of it, spread evenly between
 * them.
 *
 * <p>Example: of shares 0 and a quarter with 2 and 37 words, an eighth of the set has at most 20.
 *
 * @param shortest of the set
 * @param quarter a quarter of the set has at most as many
 * @param half the median
 * @param threeQuarters three quarters have at most as many
 * @param percentile95 95 of 100 have at most as many
 * @param longest of the set
 */
record WordCounts(
    int shortest, int quarter, int half, int threeQuarters, int percentile95, int longest) {

  /**
   * Words of the text before which this share of the set comes.
   *
   * @param share from 0 to 1
   */
  int at(double share) {
    if (share < 0.25) {
      return between(shortest, quarter, share / 0.25);
    }
    if (share < 0.5) {
      return between(quarter, half, (share - 0.25) / 0.25);
    }
    if (share < 0.75) {
      return between(half, threeQuarters, (share - 0.5) / 0.25);
    }
    if (share < 0.95) {
      return between(threeQuarters, percentile95, (share - 0.75) / 0.2);
    }
    return between(percentile95, longest, (share - 0.95) / 0.05);
  }

  private static int between(int low, int high, double share) {
    return (int) Math.round(low + share * (high - low));
  }
}
