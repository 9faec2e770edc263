package dev.verdict.drift;

import java.util.List;

/**
 * How often a feature's values fell into each of its bins.
 *
 * @param counts shape [bins], see {@link NumericFeature}
 */
public record FeatureHistogram(NumericFeature feature, List<Long> counts) {

  /**
   * @throws IllegalArgumentException if there is not one count a bin, or a count is negative
   */
  public FeatureHistogram {
    counts = List.copyOf(counts);
    if (counts.size() != feature.bins()) {
      throw new IllegalArgumentException(
          "%s has %d counts, must have %d"
              .formatted(feature.label(), counts.size(), feature.bins()));
    }
    if (counts.stream().anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException(feature.label() + " has a count below 0");
    }
  }

  /** Values counted. */
  public long total() {
    return counts.stream().mapToLong(count -> count).sum();
  }

  /**
   * The upper edge of the bin that holds a quantile: at least this share of the values is not above
   * it.
   *
   * @param share above 0, up to 1
   * @return positive infinity where the last bin holds it
   * @throws IllegalArgumentException if nothing was counted or there is no such quantile
   */
  public double quantile(double share) {
    long total = total();
    if (total == 0 || !(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "No quantile %s of %d values of %s".formatted(share, total, feature.label()));
    }
    long below = 0;
    int bin = -1;
    while (below < share * total) {
      bin++;
      below += counts.get(bin);
    }
    return feature.upperEdge(bin);
  }
}
