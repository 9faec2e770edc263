package dev.verdict.drift;

import dev.verdict.evaluation.MacroF1Interval;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What is known of a period's F1 and of all that may have moved it. What is not known is left
 * empty; the causes that need it are then not looked for.
 *
 * @param macroF1 of the labelled reviews
 * @param interval 95% of it
 * @param estimatedF1 macro F1 expected without labels, see {@link EstimatedPerformance}; best over
 *     the labelled reviews alone, so that it and {@code macroF1} are of the same reviews
 * @param predictions made in the period
 * @param predictedClasses how often each class was predicted
 * @param labels how often each class is the label; their sum is the labelled reviews
 * @param versions reviews predicted by each model version
 * @param segments by name
 */
public record F1Period(
    double macroF1,
    MacroF1Interval interval,
    OptionalDouble estimatedF1,
    long predictions,
    Map<String, Long> predictedClasses,
    Map<String, Long> labels,
    Map<String, Long> versions,
    Map<String, SegmentScore> segments) {

  public F1Period {
    predictedClasses = Map.copyOf(predictedClasses);
    labels = Map.copyOf(labels);
    versions = Map.copyOf(versions);
    segments = Map.copyOf(segments);
  }

  /** Labelled reviews. */
  public long labelled() {
    return sum(labels);
  }

  /** Share of the predictions that have a label; 0 without any prediction. */
  public double coverage() {
    return predictions == 0 ? 0 : (double) labelled() / predictions;
  }

  static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(count -> count).sum();
  }
}
