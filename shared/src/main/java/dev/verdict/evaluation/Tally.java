package dev.verdict.evaluation;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What is counted of graded predictions, enough for every figure of an evaluation. All sums are of
 * whole numbers (probabilities in billionths), so that tallies add up to the very same figures in
 * whatever order and from whatever parts, and what was added can be taken back without a trace.
 */
public final class Tally {
  private static final double BILLION = 1e9;

  /**
   * Smallest probability that counts, as in scikit-learn's {@code log_loss}: the double's epsilon.
   */
  private static final double LEAST = Math.ulp(1.0);

  private final Map<String, Map<String, Long>> counts = new TreeMap<>();
  private final Map<Integer, Bin> bins = new TreeMap<>();
  private final LagHistogram lags = new LagHistogram();
  private long surprise;
  private long total;

  /**
   * Predictions of about the same confidence.
   *
   * @param right of them
   * @param confidence sum of their confidences, in billionths
   */
  public record Bin(long count, long right, long confidence) {
    private Bin plus(Bin other, long times) {
      return new Bin(
          count + times * other.count,
          right + times * other.right,
          confidence + times * other.confidence);
    }
  }

  /**
   * A tally to be kept.
   *
   * @param counts by actual and predicted class
   * @param bins of the calibration error, by number
   * @param surprise sum of {@code -ln} of the actual classes' probabilities, in billionths
   * @param lags counts by bin of {@link LagHistogram}
   */
  public record Snapshot(
      Map<String, Map<String, Long>> counts,
      Map<Integer, Bin> bins,
      long surprise,
      Map<Integer, Long> lags) {}

  /** A tally of nothing. */
  public Tally() {}

  /** Goes on from what was kept. */
  public static Tally of(Snapshot kept) {
    Tally tally = new Tally();
    kept.counts()
        .forEach((actual, row) -> row.forEach((predicted, n) -> tally.count(actual, predicted, n)));
    tally.bins.putAll(kept.bins());
    kept.lags().forEach(tally.lags::addToBin);
    tally.surprise = kept.surprise();
    return tally;
  }

  public Snapshot snapshot() {
    Map<String, Map<String, Long>> copy = new TreeMap<>();
    counts.forEach((actual, row) -> copy.put(actual, new TreeMap<>(row)));
    return new Snapshot(copy, new TreeMap<>(bins), surprise, lags.bins());
  }

  /** Counts a graded prediction. */
  public void add(GradedOutcome outcome) {
    add(outcome, 1);
  }

  /** Takes back one that was added. */
  public void remove(GradedOutcome outcome) {
    add(outcome, -1);
  }

  /** Counts all that another tally has counted. */
  public void add(Tally other) {
    other.counts.forEach(
        (actual, row) -> row.forEach((predicted, n) -> count(actual, predicted, n)));
    other.bins.forEach((number, bin) -> addToBin(number, bin, 1));
    lags.add(other.lags);
    surprise += other.surprise;
  }

  private void add(GradedOutcome outcome, long times) {
    count(outcome.actual(), outcome.predicted(), times);
    boolean right = outcome.actual().equals(outcome.predicted());
    addToBin(
        CalibrationError.bin(outcome.confidence()),
        new Bin(1, right ? 1 : 0, Math.round(outcome.confidence() * BILLION)),
        times);
    lags.add(outcome.lagMillis(), times);
    double probability = Math.max(LEAST, outcome.probabilityOfActual());
    surprise += times * Math.round(-Math.log(probability) * BILLION);
  }

  private void count(String actual, String predicted, long times) {
    Map<String, Long> row = counts.computeIfAbsent(actual, key -> new TreeMap<>());
    row.merge(predicted, times, (one, two) -> one + two == 0 ? null : Long.valueOf(one + two));
    if (row.isEmpty()) {
      counts.remove(actual);
    }
    total += times;
  }

  private void addToBin(int number, Bin bin, long times) {
    Bin sum = bins.getOrDefault(number, new Bin(0, 0, 0)).plus(bin, times);
    if (sum.count() == 0) {
      bins.remove(number);
    } else {
      bins.put(number, sum);
    }
  }

  /** Graded predictions counted. */
  public long total() {
    return total;
  }

  /**
   * The confusion matrix.
   *
   * @param classes in the order of rows and columns; others are appended as they occur
   */
  public ConfusionMatrix matrix(Collection<String> classes) {
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    counts.forEach(
        (actual, row) -> row.forEach((predicted, n) -> matrix.add(actual, predicted, n)));
    return matrix;
  }

  /**
   * Mean of {@code -ln} of the probability that the model gave the actual class, in nats, as
   * scikit-learn's {@code log_loss}; 0 without any.
   */
  public double logLoss() {
    return total == 0 ? 0 : surprise / BILLION / total;
  }

  /** As {@link CalibrationError#expected}; 0 without any. */
  public double expectedCalibrationError() {
    double error = 0;
    for (Bin bin : bins.values()) {
      error += Math.abs(bin.confidence() / BILLION - bin.right());
    }
    return total == 0 ? 0 : error / total;
  }

  /**
   * How long labels took, in seconds, within 2.5%; empty without any.
   *
   * @param quantile 0 to 1
   */
  public OptionalDouble labelLagSeconds(double quantile) {
    return lags.seconds(quantile);
  }
}
