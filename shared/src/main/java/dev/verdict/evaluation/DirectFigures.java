package dev.verdict.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every figure of a set of graded predictions, computed from all of them by its definition, with
 * none of the sums of {@link Tally} and none of the scores of {@link ConfusionMatrix}: what those
 * are checked against.
 *
 * <p>Example: actual {@code a a b}, predicted {@code a b b} gives F1 2/3 for both classes, macro F1
 * 2/3, accuracy 2/3.
 */
public final class DirectFigures {
  private static final double LEAST_PROBABILITY = Math.ulp(1.0);

  private final List<GradedOutcome> outcomes;
  private final List<String> classes;
  private final long[][] matrix;
  private final long[] sortedLags;

  /**
   * @param classes in the order of the matrix; those that occur besides are appended by name
   * @param outcomes each graded prediction once, in any order
   */
  public DirectFigures(List<String> classes, List<GradedOutcome> outcomes) {
    this.outcomes = List.copyOf(outcomes);
    Set<String> occurring = new TreeSet<>();
    for (GradedOutcome outcome : outcomes) {
      occurring.add(outcome.actual());
      occurring.add(outcome.predicted());
    }
    Set<String> all = new LinkedHashSet<>(classes);
    all.addAll(occurring);
    this.classes = List.copyOf(all);
    this.matrix = new long[this.classes.size()][this.classes.size()];
    Map<String, Integer> places = new HashMap<>();
    for (String name : this.classes) {
      places.put(name, places.size());
    }
    for (GradedOutcome outcome : outcomes) {
      matrix[places.get(outcome.actual())][places.get(outcome.predicted())]++;
    }
    this.sortedLags = outcomes.stream().mapToLong(GradedOutcome::lagMillis).sorted().toArray();
  }

  public List<String> classes() {
    return classes;
  }

  /** Graded predictions. */
  public long labels() {
    return outcomes.size();
  }

  /** Row: actual class, column: predicted class. */
  public List<List<Long>> confusionMatrix() {
    return Arrays.stream(matrix).map(row -> Arrays.stream(row).boxed().toList()).toList();
  }

  /** Share of right predictions. */
  public double accuracy() {
    long right = outcomes.stream().filter(each -> each.actual().equals(each.predicted())).count();
    return share(right, outcomes.size());
  }

  /** Of the predictions of a class, the share that is right; 0 without any. */
  public double precision(String name) {
    return share(right(name), predicted(name));
  }

  /** Of the examples of a class, the share that was found; 0 without any. */
  public double recall(String name) {
    return share(right(name), support(name));
  }

  /** Harmonic mean of precision and recall; 0 where both are. */
  public double f1(String name) {
    double precision = precision(name);
    double recall = recall(name);
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  /** Examples whose actual class this is. */
  public long support(String name) {
    return Arrays.stream(matrix[classes.indexOf(name)]).sum();
  }

  /** Mean F1 of the classes that occur as actual or predicted. */
  public double macroF1() {
    return classes.stream()
        .filter(name -> support(name) + predicted(name) > 0)
        .mapToDouble(this::f1)
        .average()
        .orElse(0);
  }

  /** F1 of the decisions of all classes pooled. */
  public double microF1() {
    double right = 0;
    double decided = 0;
    for (String name : classes) {
      right += right(name);
      decided += predicted(name) + support(name);
    }
    return decided == 0 ? 0 : 2 * right / decided;
  }

  /** Mean F1, each example counting that of its class. */
  public double weightedF1() {
    double sum = 0;
    for (String name : classes) {
      sum += f1(name) * support(name);
    }
    return outcomes.isEmpty() ? 0 : sum / outcomes.size();
  }

  /**
   * Correlation of the indicators of actual and predicted classes, their covariances summed over
   * the classes (Gorodkin: Comparing two K-category assignments by a K-category correlation
   * coefficient, 2004, equations 2 to 8); 0 where one of both does not vary.
   */
  public double matthewsCorrelation() {
    // n² times each covariance, whole numbers.
    long both = 0;
    long ofActual = 0;
    long ofPredicted = 0;
    long n = outcomes.size();
    for (String name : classes) {
      long actual = support(name);
      long predicted = predicted(name);
      both += n * right(name) - actual * predicted;
      ofActual += n * actual - actual * actual;
      ofPredicted += n * predicted - predicted * predicted;
    }
    return ofActual == 0 || ofPredicted == 0
        ? 0
        : both / (Math.sqrt((double) ofActual) * Math.sqrt((double) ofPredicted));
  }

  /** Where macro F1 of all such reviews lies, with 95% confidence. */
  public MacroF1Interval macroF1Interval() {
    return MacroF1Interval.ofWindow(ConfusionMatrix.of(classes, confusionMatrix()));
  }

  /** Mean of {@code -ln} of the probability of the actual class, in nats; 0 without any. */
  public double logLoss() {
    return outcomes.stream()
        .mapToDouble(each -> -Math.log(Math.max(LEAST_PROBABILITY, each.probabilityOfActual())))
        .average()
        .orElse(0);
  }

  /** As {@link CalibrationError#expected} says, 0 to 1. */
  public double expectedCalibrationError() {
    double error = 0;
    for (int bin = 0; bin < CalibrationError.BINS; bin++) {
      int number = bin;
      List<GradedOutcome> held =
          outcomes.stream()
              .filter(each -> CalibrationError.bin(each.confidence()) == number)
              .toList();
      if (!held.isEmpty()) {
        double confidence =
            held.stream().mapToDouble(GradedOutcome::confidence).average().orElseThrow();
        double accuracy =
            held.stream()
                .mapToDouble(each -> each.actual().equals(each.predicted()) ? 1 : 0)
                .average()
                .orElseThrow();
        error += Math.abs(confidence - accuracy) * held.size() / outcomes.size();
      }
    }
    return error;
  }

  /**
   * The lag that the share {@code quantile} of the labels does not exceed, in seconds; empty
   * without any.
   */
  public OptionalDouble labelLagSeconds(double quantile) {
    if (sortedLags.length == 0) {
      return OptionalDouble.empty();
    }
    int rank = Math.max(1, (int) Math.ceil(quantile * sortedLags.length));
    return OptionalDouble.of(sortedLags[rank - 1] / 1000.0);
  }

  private long right(String name) {
    int place = classes.indexOf(name);
    return matrix[place][place];
  }

  private long predicted(String name) {
    int column = classes.indexOf(name);
    return Arrays.stream(matrix).mapToLong(row -> row[column]).sum();
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
