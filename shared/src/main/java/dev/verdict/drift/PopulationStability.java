package dev.verdict.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The population stability index: the sum over bins of {@code (a - e) ln(a / e)}, with {@code e}
 * the reference's share of the bin and {@code a} the present one; Jeffreys' divergence. Siddiqi,
 * Credit risk scorecards, 2006, gives the bounds in use: below 0.1 no change to speak of, from 0.25
 * a large one.
 *
 * <p>Without any change the index is not 0 but about {@code (bins - 1) (1/n + 1/m)} for {@code n}
 * and {@code m} reviews, and spread like chi-squared with {@code bins - 1} degrees of freedom by
 * the same factor (Yurdakul, Naranjo: Statistical properties of the population stability index,
 * Journal of Risk Model Validation 14, 2020). Small samples pass the bounds by chance, so {@link
 * #chance} is told too.
 *
 * <p>Example: shares 0.5, 0.5 that become 0.6, 0.4 give 0.1 ln 1.2 + 0.1 ln 1.25 = 0.0405.
 *
 * @param index 0 where nothing changed
 * @param bins compared
 * @param chance what chance alone exceeds once or twice in a hundred comparisons: the mean of the
 *     index without change and three of its standard deviations
 */
public record PopulationStability(double index, int bins, double chance) {

  /**
   * The index of counts in the same bins.
   *
   * @param smoothing added to every count, so that an empty bin has a share; 0.5 is usual, as in
   *     Jeffreys' prior
   * @throws IllegalArgumentException if the bins differ in number, a side is empty, or smoothing is
   *     not above 0
   */
  public static PopulationStability of(List<Long> reference, List<Long> current, double smoothing) {
    if (reference.size() != current.size() || reference.isEmpty()) {
      throw new IllegalArgumentException(
          "Reference has %d bins, current %d, must be the same and 1 or more"
              .formatted(reference.size(), current.size()));
    }
    if (!(smoothing > 0)) {
      throw new IllegalArgumentException("Smoothing is " + smoothing + ", must be above 0");
    }
    double expectedTotal = total(reference);
    double actualTotal = total(current);
    if (expectedTotal == 0 || actualTotal == 0) {
      throw new IllegalArgumentException(
          "Cannot compare %.0f with %.0f reviews, both must be 1 or more"
              .formatted(expectedTotal, actualTotal));
    }
    int bins = reference.size();
    double index = 0;
    for (int i = 0; i < bins; i++) {
      double expected = (reference.get(i) + smoothing) / (expectedTotal + smoothing * bins);
      double actual = (current.get(i) + smoothing) / (actualTotal + smoothing * bins);
      index += (actual - expected) * Math.log(actual / expected);
    }
    double freedom = bins - 1.0;
    double factor = 1 / expectedTotal + 1 / actualTotal;
    return new PopulationStability(index, bins, factor * (freedom + 3 * Math.sqrt(2 * freedom)));
  }

  /** The index of counts by name; a name that a side lacks counts 0 there. */
  public static PopulationStability of(
      Map<String, Long> reference, Map<String, Long> current, double smoothing) {
    TreeSet<String> names = new TreeSet<>(reference.keySet());
    names.addAll(current.keySet());
    return of(
        names.stream().map(name -> reference.getOrDefault(name, 0L)).toList(),
        names.stream().map(name -> current.getOrDefault(name, 0L)).toList(),
        smoothing);
  }

  /**
   * The index of a feature over the deciles of the reference. A value that a tenth of the reference
   * or more share, such as an unknown rate of 0, is a bin of its own, so that values beside it show
   * even where the reference has none.
   */
  public static PopulationStability ofDeciles(
      FeatureHistogram reference, FeatureHistogram current, double smoothing) {
    List<Long> expected = new ArrayList<>();
    List<Long> actual = new ArrayList<>();
    int from = 0;
    for (int end : deciles(reference)) {
      expected.add(total(reference.counts().subList(from, end)));
      actual.add(total(current.counts().subList(from, end)));
      from = end;
    }
    return of(expected, actual, smoothing);
  }

  /** How much that is; what chance may give is no change. */
  public DriftLevel level(double moderate, double large) {
    if (index <= chance || index < moderate) {
      return DriftLevel.NONE;
    }
    return index < large ? DriftLevel.MODERATE : DriftLevel.LARGE;
  }

  /** Where each group of bins ends: the bin after its last. */
  private static List<Integer> deciles(FeatureHistogram reference) {
    List<Long> counts = reference.counts();
    long total = reference.total();
    TreeSet<Integer> ends = new TreeSet<>();
    long below = 0;
    for (int bin = 0; bin < counts.size(); bin++) {
      long upTo = below + counts.get(bin);
      if (counts.get(bin) * 10 >= total) {
        ends.add(bin);
        ends.add(bin + 1);
      } else if (upTo * 10 / total > below * 10 / total && upTo < total) {
        ends.add(bin + 1);
      }
      below = upTo;
    }
    ends.remove(0);
    ends.add(counts.size());
    return List.copyOf(ends);
  }

  private static long total(List<Long> counts) {
    return counts.stream().mapToLong(count -> count).sum();
  }
}
