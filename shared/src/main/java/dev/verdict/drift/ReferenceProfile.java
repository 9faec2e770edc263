package dev.verdict.drift;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a set of predictions looks like: a version's reference, or a period that is compared with
 * one. Made by {@link ProfileSketch}.
 *
 * @param predictedClasses how often each class was predicted, by name; none with 0
 * @param histograms one for every {@link NumericFeature}
 */
public record ReferenceProfile(
    SortedMap<String, Long> predictedClasses, Map<NumericFeature, FeatureHistogram> histograms) {

  /**
   * @throws IllegalArgumentException if a feature is missing or counts other reviews than the rest
   */
  public ReferenceProfile {
    SortedMap<String, Long> occurring = new TreeMap<>(predictedClasses);
    occurring.values().removeIf(count -> count == 0);
    predictedClasses = Collections.unmodifiableSortedMap(occurring);
    long reviews = 0;
    for (Map.Entry<String, Long> each : occurring.entrySet()) {
      if (each.getValue() < 0) {
        throw new IllegalArgumentException(
            "Class %s has count %d, must be 0 or more".formatted(each.getKey(), each.getValue()));
      }
      reviews += each.getValue();
    }
    Map<NumericFeature, FeatureHistogram> byFeature = new EnumMap<>(NumericFeature.class);
    byFeature.putAll(histograms);
    histograms = Collections.unmodifiableMap(byFeature);
    for (NumericFeature feature : NumericFeature.values()) {
      FeatureHistogram histogram = histograms.get(feature);
      if (histogram == null || histogram.feature() != feature) {
        throw new IllegalArgumentException("Profile has no histogram of " + feature.label());
      }
      if (histogram.total() != reviews) {
        throw new IllegalArgumentException(
            "%s counts %d reviews, must count %d as the classes do"
                .formatted(feature.label(), histogram.total(), reviews));
      }
    }
  }

  /** Predictions counted. */
  public long reviews() {
    return histograms.get(NumericFeature.CONFIDENCE).total();
  }

  /** The histogram of a feature. */
  public FeatureHistogram histogram(NumericFeature feature) {
    return histograms.get(feature);
  }
}
