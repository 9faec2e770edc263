package dev.verdict.cli.bench;

import java.util.Arrays;

/** Percentiles of many measurements, by the nearest rank. */
final class Percentiles {
  private final double[] sorted;

  /**
   * @throws IllegalArgumentException if there are none
   */
  Percentiles(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("Nothing was measured");
    }
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /**
   * The least value that the share does not exceed: of 1, 2, 3, 4 the half is 2, and 0.99 is 4.
   *
   * @param share 0 to 1
   */
  double at(double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }

  double max() {
    return sorted[sorted.length - 1];
  }
}
