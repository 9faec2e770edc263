package dev.verdict.contract;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The scores of one version (or {@code all}), or of one segment of all, in one window: the value of
 * {@code evaluations}. Its key is {@code <model>/<version or all>/<window>}, with {@code /<start>}
 * of a hopping or tumbling window and {@code /<attribute>=<value>} of a segment.
 *
 * @param segment attribute and value, {@code <attribute>=<value>}
 * @param windowStart of a window of time
 * @param windowEnd of a window of time; the first moment that is not in it
 * @param labels how many graded predictions the window holds
 * @param labelsTotal ever counted for the version, for all or the segment
 * @param predictions that were served in a window of time and may count, labelled or not
 * @param labelCoverage share of {@code predictions} that have got their label
 * @param tooLate labels that came after their window was gone, since the beginning
 * @param classes the classes in the order of the matrix
 * @param confusionMatrix row: actual class, column: predicted class
 * @param macroF1Interval where macro F1 of all such reviews lies, with 95% confidence
 * @param matthewsCorrelation of actual and predicted classes, -1 to 1
 * @param logLoss mean of -ln of the actual class's probability
 * @param expectedCalibrationError mean distance of confidence and accuracy, 0 to 1
 * @param perClass precision, recall, F1 and support by class
 * @param labelLag from a review to its label
 * @param latestReview event time of the newest review counted
 * @param completeUpTo reviews until then have got their label, if they ever do: of 100 labels 99
 *     took no longer than from then to the newest prediction
 * @param labelledThrough offset in {@code graded-predictions} of the last label counted, by which
 *     anybody can count again
 */
public record Evaluation(
    String model,
    String modelVersion,
    String window,
    Optional<String> segment,
    Optional<Instant> windowStart,
    Optional<Instant> windowEnd,
    long labels,
    long labelsTotal,
    OptionalLong predictions,
    OptionalDouble labelCoverage,
    long tooLate,
    List<String> classes,
    List<List<Long>> confusionMatrix,
    double accuracy,
    double macroF1,
    Interval macroF1Interval,
    double microF1,
    double weightedF1,
    double matthewsCorrelation,
    double logLoss,
    double expectedCalibrationError,
    Map<String, ClassScore> perClass,
    Optional<LabelLag> labelLag,
    Instant latestReview,
    Optional<Instant> completeUpTo,
    long labelledThrough,
    Instant evaluatedAt) {

  /** The scope of every version together. */
  public static final String ALL = "all";

  /** From and to where a score lies. */
  public record Interval(double low, double high) {}

  /** Scores of one class; a ratio without any example counts as 0, as in scikit-learn. */
  public record ClassScore(double precision, double recall, double f1, long support) {}

  /** Seconds that half, 90% and 99% of the labels took at most, within 2.5%. */
  public record LabelLag(double p50, double p90, double p99) {}

  /** The key on the topic. */
  public String key() {
    StringBuilder key = new StringBuilder("%s/%s/%s".formatted(model, modelVersion, window));
    if (hopping()) {
      windowStart.ifPresent(start -> key.append('/').append(Json.time(start)));
    }
    segment.ifPresent(each -> key.append('/').append(each));
    return key.toString();
  }

  /** Whether there are several windows of that name, each with a key of its own. */
  private boolean hopping() {
    return window.contains("_by_");
  }
}
