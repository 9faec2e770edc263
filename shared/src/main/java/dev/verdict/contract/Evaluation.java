package dev.verdict.contract;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The rolling scores of one version (or {@code all}) in one window, the value of {@code
 * evaluations}; its key is {@code <model>/<version or all>/<window>}.
 *
 * @param labels how many graded predictions the window holds
 * @param classes the classes in the order of the matrix
 * @param confusionMatrix row: actual class, column: predicted class
 * @param macroF1Interval where macro F1 of all such reviews lies, with 95% confidence
 * @param matthewsCorrelation of actual and predicted classes, -1 to 1
 * @param perClass precision, recall, F1 and support by class
 * @param latestReview event time of the newest review counted
 */
public record Evaluation(
    String model,
    String modelVersion,
    String window,
    long labels,
    List<String> classes,
    List<List<Long>> confusionMatrix,
    double accuracy,
    double macroF1,
    Interval macroF1Interval,
    double microF1,
    double weightedF1,
    double matthewsCorrelation,
    Map<String, ClassScore> perClass,
    Instant latestReview,
    Instant evaluatedAt) {

  /** From and to where a score lies. */
  public record Interval(double low, double high) {}

  /** Scores of one class; a ratio without any example counts as 0, as in scikit-learn. */
  public record ClassScore(double precision, double recall, double f1, long support) {}
}
