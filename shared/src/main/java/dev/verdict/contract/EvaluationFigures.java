package dev.verdict.contract;

import dev.verdict.contract.Evaluation.ClassScore;
import dev.verdict.contract.Evaluation.Interval;
import dev.verdict.contract.Evaluation.LabelLag;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.MacroF1Interval;
import dev.verdict.evaluation.RollingEvaluation.Window;
import dev.verdict.evaluation.WindowSpec;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Makes an evaluation of what a window has counted.
 *
 * @param segment of all reviews, if it is of one
 * @param classes in the order of the matrix; others are appended as they occur
 * @param predictions served in the window, where they are counted
 * @param newestPrediction event time of the newest prediction served
 * @param latestReview event time of the newest review counted
 * @param labelledThrough position of the last label counted
 * @param labelsTotal labels ever counted
 */
public record EvaluationFigures(
    String model,
    String version,
    Optional<String> segment,
    Collection<String> classes,
    OptionalLong predictions,
    Optional<Instant> newestPrediction,
    Instant latestReview,
    long labelledThrough,
    long labelsTotal) {

  /** The evaluation of a window. */
  public Evaluation of(Window window, Instant now) {
    ConfusionMatrix matrix = window.tally().matrix(classes);
    MacroF1Interval interval = MacroF1Interval.ofWindow(matrix);
    Map<String, ClassScore> perClass = new LinkedHashMap<>();
    for (String name : matrix.classes()) {
      perClass.put(
          name,
          new ClassScore(
              matrix.precision(name), matrix.recall(name), matrix.f1(name), matrix.support(name)));
    }
    Optional<Instant> start = window.startMillis().map(Instant::ofEpochMilli);
    Optional<LabelLag> lag = lag(window);
    return new Evaluation(
        model,
        version,
        window.spec().name(),
        segment,
        start,
        window.spec() instanceof WindowSpec.Timed timed
            ? start.map(each -> each.plus(timed.length()))
            : Optional.empty(),
        matrix.total(),
        labelsTotal,
        predictions,
        predictions.isPresent() && predictions.getAsLong() > 0
            ? OptionalDouble.of(Math.min(1, (double) matrix.total() / predictions.getAsLong()))
            : OptionalDouble.empty(),
        window.tooLate(),
        matrix.classes(),
        matrix.rows(),
        matrix.accuracy(),
        matrix.macroF1(),
        new Interval(interval.low(), interval.high()),
        matrix.microF1(),
        matrix.weightedF1(),
        matrix.matthewsCorrelation(),
        window.tally().logLoss(),
        window.tally().expectedCalibrationError(),
        perClass,
        lag,
        latestReview,
        lag.flatMap(
            each ->
                newestPrediction.map(newest -> newest.minusMillis(Math.round(each.p99() * 1000)))),
        labelledThrough,
        now);
  }

  private static Optional<LabelLag> lag(Window window) {
    OptionalDouble half = window.tally().labelLagSeconds(0.5);
    OptionalDouble most = window.tally().labelLagSeconds(0.9);
    OptionalDouble nearlyAll = window.tally().labelLagSeconds(0.99);
    return half.isPresent() && most.isPresent() && nearlyAll.isPresent()
        ? Optional.of(new LabelLag(half.getAsDouble(), most.getAsDouble(), nearlyAll.getAsDouble()))
        : Optional.empty();
  }
}
