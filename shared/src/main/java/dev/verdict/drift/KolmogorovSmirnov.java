package dev.verdict.drift;

/**
 * The two-sample test of Kolmogorov and Smirnov on histograms (Smirnov: Table for estimating the
 * goodness of fit of empirical distributions, Annals of Mathematical Statistics 19, 1948).
 *
 * <p>The distribution functions are known at the bins' edges only, so {@link #statistic} is the
 * largest difference there and may miss a larger one within a bin. {@link #atMost} bounds what it
 * misses: within a bin the difference cannot exceed one function's value at the bin's end less the
 * other's at its start. Where every bin holds one value, as for text lengths, both are the same and
 * exact. The p-value is of {@link #statistic}, hence never too small for the bins' sake; and as for
 * all discrete values the test rejects less often than it says.
 *
 * @param statistic largest difference of the shares at or below a value, 0 to 1
 * @param atMost what the statistic of the values themselves cannot exceed
 * @param pValue asymptotic probability of so large a statistic without a change, good from about 30
 *     values a side
 */
public record KolmogorovSmirnov(double statistic, double atMost, double pValue) {
  /** The series changes no more after so many terms where it is used at all. */
  private static final int TERMS = 100;

  /** Below it the probability is 1 to 13 places, while the alternating series converges badly. */
  private static final double SURELY_NO_CHANGE = 0.2;

  /**
   * Compares two histograms of one feature.
   *
   * @throws IllegalArgumentException if they are of different features or one is empty
   */
  public static KolmogorovSmirnov of(FeatureHistogram reference, FeatureHistogram current) {
    NumericFeature feature = reference.feature();
    double n = reference.total();
    double m = current.total();
    if (feature != current.feature() || n == 0 || m == 0) {
      throw new IllegalArgumentException(
          "Cannot compare %.0f values of %s with %.0f of %s"
              .formatted(n, feature.label(), m, current.feature().label()));
    }
    double statistic = 0;
    double atMost = 0;
    long referenceBelow = 0;
    long currentBelow = 0;
    for (int bin = 0; bin < feature.bins(); bin++) {
      double referenceFrom = referenceBelow / n;
      double currentFrom = currentBelow / m;
      referenceBelow += reference.counts().get(bin);
      currentBelow += current.counts().get(bin);
      double atEdge = Math.abs(referenceBelow / n - currentBelow / m);
      double within =
          feature.holdsOneValue(bin)
              ? atEdge
              : Math.max(referenceBelow / n - currentFrom, currentBelow / m - referenceFrom);
      statistic = Math.max(statistic, atEdge);
      atMost = Math.max(atMost, within);
    }
    return new KolmogorovSmirnov(
        statistic, atMost, exceeding(Math.sqrt(n * m / (n + m)) * statistic));
  }

  /** Probability that Kolmogorov's distribution exceeds a value. */
  static double exceeding(double value) {
    if (value < SURELY_NO_CHANGE) {
      return 1;
    }
    double sum = 0;
    for (int k = 1; k <= TERMS; k++) {
      double term = Math.exp(-2.0 * k * k * value * value);
      sum += k % 2 == 1 ? term : -term;
    }
    return Math.min(1, Math.max(0, 2 * sum));
  }
}
