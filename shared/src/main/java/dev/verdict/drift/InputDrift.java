package dev.verdict.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether recent reviews and predictions look like the reference, without any label.
 *
 * <p>The level of a feature is by {@link PopulationStability}'s bounds, for they measure how much
 * changed. A test's p-value only says that it is no chance, which with enough reviews is true of
 * the smallest change; so {@link KolmogorovSmirnov} never makes a level, but it can confirm one
 * that the index alone might owe to chance.
 *
 * @param referenceReviews predictions in the reference
 * @param currentReviews predictions in the period
 * @param enough whether both are at least the rule's fewest; if not, nothing is compared
 * @param rule that was applied
 * @param features compared, the one that changed most first; empty if there are not enough
 */
public record InputDrift(
    long referenceReviews,
    long currentReviews,
    boolean enough,
    Rule rule,
    List<FeatureDrift> features) {
  /** The feature that is a class, not a number. */
  public static final String PREDICTED_CLASS = "predicted_class";

  public InputDrift {
    features = List.copyOf(features);
  }

  /**
   * When a change counts.
   *
   * @param minReviews fewest of each side; with 500 recent reviews, a large reference and ten bins
   *     chance passes an index of 0.056 in one of a thousand comparisons, with 100 it passes 0.1 in
   *     one of three
   * @param moderate least index of a moderate change
   * @param large least index of a large one
   * @param smoothing see {@link PopulationStability#of}
   * @param significance largest p-value that speaks against chance
   */
  public record Rule(
      long minReviews, double moderate, double large, double smoothing, double significance) {
    /** 500 reviews, 0.1 and 0.25, half a review, one in a thousand. */
    public static final Rule USUAL = new Rule(500, 0.1, 0.25, 0.5, 0.001);
  }

  /**
   * One feature compared.
   *
   * @param feature {@value #PREDICTED_CLASS} or the label of a {@link NumericFeature}
   * @param kolmogorovSmirnov of numbers; empty for classes
   */
  public record FeatureDrift(
      String feature,
      PopulationStability stability,
      Optional<KolmogorovSmirnov> kolmogorovSmirnov,
      DriftLevel level) {}

  /** Compares a period with the reference. */
  public static InputDrift of(ReferenceProfile reference, ReferenceProfile current, Rule rule) {
    if (Math.min(reference.reviews(), current.reviews()) < Math.max(1, rule.minReviews())) {
      return new InputDrift(reference.reviews(), current.reviews(), false, rule, List.of());
    }
    List<FeatureDrift> features = new ArrayList<>();
    PopulationStability classes =
        PopulationStability.of(
            reference.predictedClasses(), current.predictedClasses(), rule.smoothing());
    features.add(
        new FeatureDrift(
            PREDICTED_CLASS,
            classes,
            Optional.empty(),
            classes.level(rule.moderate(), rule.large())));
    for (NumericFeature feature : NumericFeature.values()) {
      features.add(compare(reference.histogram(feature), current.histogram(feature), rule));
    }
    features.sort(
        Comparator.comparingDouble((FeatureDrift each) -> each.stability().index()).reversed());
    return new InputDrift(reference.reviews(), current.reviews(), true, rule, features);
  }

  /** The largest level of any feature; none where there were not enough reviews. */
  public DriftLevel level() {
    return features.stream()
        .map(FeatureDrift::level)
        .max(Comparator.naturalOrder())
        .orElse(DriftLevel.NONE);
  }

  private static FeatureDrift compare(
      FeatureHistogram reference, FeatureHistogram current, Rule rule) {
    PopulationStability stability =
        PopulationStability.ofDeciles(reference, current, rule.smoothing());
    KolmogorovSmirnov test = KolmogorovSmirnov.of(reference, current);
    double chance = test.pValue() <= rule.significance() ? 0 : stability.chance();
    DriftLevel level =
        new PopulationStability(stability.index(), stability.bins(), chance)
            .level(rule.moderate(), rule.large());
    return new FeatureDrift(reference.feature().label(), stability, Optional.of(test), level);
  }
}
