package dev.verdict.contract;

import dev.verdict.contract.CheckedEvaluation.Difference;
import dev.verdict.contract.CheckedEvaluation.Outcome;
import dev.verdict.evaluation.DirectFigures;
import dev.verdict.evaluation.Segments;
import dev.verdict.evaluation.WindowSpec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Counts one published evaluation again. It is handed the labels of its scope in the order of the
 * log, keeps those of its window by the window's definition - the last N by their first label, or
 * the published span of event time - and computes every figure from that list.
 *
 * <p>A changed label takes the place of the first. A label is too late where the newest event time
 * of the scope, up to and with it, says that no window takes its time any more: a rolling window is
 * the newest one only, a hopping or tumbling one is open until the grace after its end. Figures
 * since the beginning ({@code labels_total}, {@code too_late}, {@code latest_review}) need the log
 * from the beginning.
 *
 * <p>Not counted again: {@code predictions} and {@code complete_up_to}, which say what had been
 * served by the time of publishing, and {@code evaluated_at}.
 */
final class EvaluationCheck {
  private final String key;
  private final Evaluation published;
  private final Optional<WindowSpec> window;
  private final long graceMillis;
  private final Deque<Counted> counted = new ArrayDeque<>();
  private final Map<String, Counted> byId = new HashMap<>();
  private long labels;
  private long tooLate;
  private long latestMillis;
  private long lastOffset = -1;

  /** A prediction in the window with the last of its labels. */
  private static final class Counted {
    private LoggedLabel label;

    private Counted(LoggedLabel label) {
      this.label = label;
    }
  }

  /**
   * @param key of the evaluation's record
   * @param graceMillis how long a hopping or tumbling window takes labels after its end
   */
  EvaluationCheck(String key, Evaluation published, long graceMillis) {
    this.key = key;
    this.published = published;
    this.graceMillis = graceMillis;
    this.window = spec(published.window());
  }

  private static Optional<WindowSpec> spec(String name) {
    try {
      return Optional.of(WindowSpec.parse(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Evaluation published() {
    return published;
  }

  /** Takes the next label of the scope; those after the last that was counted are left out. */
  void add(LoggedLabel label) {
    if (label.offset() > published.labelledThrough()) {
      return;
    }
    lastOffset = label.offset();
    if (label.graded().replaces().isPresent()) {
      Optional.ofNullable(byId.get(label.id())).ifPresent(first -> first.label = label);
      return;
    }
    labels++;
    long time = label.graded().reviewTimestamp().toEpochMilli();
    latestMillis = Math.max(latestMillis, time);
    // A prediction made again under the same id is another one, whose labels are its own.
    byId.remove(label.id());
    window.ifPresent(
        spec -> {
          if (spec instanceof WindowSpec.Last last) {
            keep(label);
            if (counted.size() > last.labels()) {
              Counted left = counted.removeFirst();
              byId.remove(left.label.id(), left);
            }
          } else if (spec instanceof WindowSpec.Timed timed) {
            if (gone(timed, timed.bucketOf(time))) {
              tooLate++;
            } else if (inPublishedWindow(timed, time)) {
              keep(label);
            }
          }
        });
  }

  private void keep(LoggedLabel label) {
    Counted one = new Counted(label);
    counted.addLast(one);
    byId.put(label.id(), one);
  }

  /** Whether even the last window that holds a bucket takes no labels any more. */
  private boolean gone(WindowSpec.Timed timed, long bucket) {
    return timed instanceof WindowSpec.Hopping
        ? bucket + timed.length().toMillis() + graceMillis <= latestMillis
        : bucket < newestStart(timed, latestMillis);
  }

  private boolean inPublishedWindow(WindowSpec.Timed timed, long time) {
    if (published.windowStart().isEmpty()) {
      return false;
    }
    long start = published.windowStart().get().toEpochMilli();
    return time >= start && time < start + timed.length().toMillis();
  }

  /** Start of the rolling window that ends with the bucket of the newest review. */
  private static long newestStart(WindowSpec.Timed timed, long latest) {
    long width = timed.bucket().toMillis();
    long buckets = timed.length().toMillis() / width;
    return timed.bucketOf(latest) - (buckets - 1) * width;
  }

  /** The labels that the window holds, each the last of its prediction. */
  List<LoggedLabel> counted() {
    return counted.stream().map(each -> each.label).toList();
  }

  /**
   * What came of it.
   *
   * @param whole whether the log was read from its beginning
   * @param logStart time of the first record of the log, where it has one
   */
  CheckedEvaluation result(boolean whole, Optional<Instant> logStart) {
    if (!key.equals(published.key())) {
      Difference difference = new Difference("key", key, published.key());
      return result(Outcome.DIFFERS, OptionalDouble.empty(), List.of(difference), Optional.empty());
    }
    Optional<String> obstacle = obstacle(whole, logStart);
    if (obstacle.isPresent()) {
      return result(Outcome.NOT_VERIFIABLE, OptionalDouble.empty(), List.of(), obstacle);
    }
    DirectFigures figures =
        new DirectFigures(
            published.classes(),
            counted.stream().map(each -> each.label.graded().outcome()).toList());
    List<Difference> differences = differences(figures, complete(whole));
    return result(
        differences.isEmpty() ? Outcome.AGREES : Outcome.DIFFERS,
        OptionalDouble.of(figures.macroF1()),
        differences,
        Optional.empty());
  }

  private CheckedEvaluation result(
      Outcome outcome,
      OptionalDouble recomputed,
      List<Difference> differences,
      Optional<String> reason) {
    return new CheckedEvaluation(
        key, outcome, published.labels(), published.macroF1(), recomputed, differences, reason);
  }

  /** Whether the log has every label of the scope. */
  private boolean complete(boolean whole) {
    return whole || labels == published.labelsTotal();
  }

  /**
   * Why it cannot be verified, if so.
   *
   * @param whole whether the log was read from its beginning
   * @param logStart time of the first record of the log, where it has one
   */
  Optional<String> obstacle(boolean whole, Optional<Instant> logStart) {
    if (window.isEmpty()) {
      return Optional.of("its window is none that this release knows");
    }
    boolean shared =
        published.segment().filter(each -> each.endsWith("=" + Segments.OTHER)).isPresent();
    if (shared && !whole) {
      return Optional.of(
          "which values share a segment is said by the beginning of graded-predictions, which is"
              + " gone");
    }
    if (complete(whole) || reaches(window.get(), logStart)) {
      return Optional.empty();
    }
    return Optional.of("graded-predictions no longer reaches back to the start of its window");
  }

  /** No review is later than its prediction, and so than any label of it. */
  private boolean reaches(WindowSpec spec, Optional<Instant> logStart) {
    if (spec instanceof WindowSpec.Last last) {
      return counted.size() == last.labels();
    }
    return logStart
        .flatMap(start -> published.windowStart().map(from -> start.isBefore(from)))
        .orElse(false);
  }

  private List<Difference> differences(DirectFigures figures, boolean complete) {
    FigureComparison compare = new FigureComparison();
    compare.same("labelled_through", published.labelledThrough(), lastOffset);
    long latest =
        complete ? latestMillis : Math.max(latestMillis, published.latestReview().toEpochMilli());
    compare.same("latest_review", published.latestReview(), Instant.ofEpochMilli(latest));
    compareBounds(compare, latest);
    if (complete) {
      compare.same("labels_total", published.labelsTotal(), labels);
      compare.same("too_late", published.tooLate(), tooLate);
    }
    compare.same("labels", published.labels(), figures.labels());
    published
        .predictions()
        .ifPresent(
            served ->
                compare.near(
                    "label_coverage",
                    published.labelCoverage(),
                    served == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(Math.min(1, (double) figures.labels() / served))));
    compare.same("classes", published.classes(), figures.classes());
    compare.same("confusion_matrix", published.confusionMatrix(), figures.confusionMatrix());
    compareScores(compare, figures);
    compareClasses(compare, figures);
    compareLag(compare, figures);
    return compare.differences();
  }

  private void compareBounds(FigureComparison compare, long latest) {
    Optional<Instant> start = Optional.empty();
    Optional<Instant> end = Optional.empty();
    if (window.orElseThrow() instanceof WindowSpec.Timed timed) {
      start =
          Optional.of(
              timed instanceof WindowSpec.Hopping
                  ? published
                      .windowStart()
                      .map(each -> Instant.ofEpochMilli(timed.bucketOf(each.toEpochMilli())))
                      .orElse(Instant.EPOCH)
                  : Instant.ofEpochMilli(newestStart(timed, latest)));
      end = start.map(each -> each.plus(timed.length()));
    }
    compare.same("window_start", published.windowStart(), start);
    compare.same("window_end", published.windowEnd(), end);
  }

  private void compareScores(FigureComparison compare, DirectFigures figures) {
    compare.near("accuracy", published.accuracy(), figures.accuracy());
    compare.near("macro_f1", published.macroF1(), figures.macroF1());
    compare.near(
        "macro_f1_interval.low",
        published.macroF1Interval().low(),
        figures.macroF1Interval().low());
    compare.near(
        "macro_f1_interval.high",
        published.macroF1Interval().high(),
        figures.macroF1Interval().high());
    compare.near("micro_f1", published.microF1(), figures.microF1());
    compare.near("weighted_f1", published.weightedF1(), figures.weightedF1());
    compare.near(
        "matthews_correlation", published.matthewsCorrelation(), figures.matthewsCorrelation());
    compare.near("log_loss", published.logLoss(), figures.logLoss());
    compare.near(
        "expected_calibration_error",
        published.expectedCalibrationError(),
        figures.expectedCalibrationError());
  }

  private void compareClasses(FigureComparison compare, DirectFigures figures) {
    compare.same(
        "per_class",
        published.perClass().keySet().stream().sorted().toList(),
        figures.classes().stream().sorted().toList());
    published
        .perClass()
        .forEach(
            (name, score) -> {
              if (figures.classes().contains(name)) {
                String of = "per_class." + name;
                compare.near(of + ".precision", score.precision(), figures.precision(name));
                compare.near(of + ".recall", score.recall(), figures.recall(name));
                compare.near(of + ".f1", score.f1(), figures.f1(name));
                compare.same(of + ".support", score.support(), figures.support(name));
              }
            });
  }

  private void compareLag(FigureComparison compare, DirectFigures figures) {
    Optional<Evaluation.LabelLag> lag = published.labelLag();
    compare.within("label_lag.p50", of(lag.map(l -> l.p50())), figures.labelLagSeconds(0.5));
    compare.within("label_lag.p90", of(lag.map(l -> l.p90())), figures.labelLagSeconds(0.9));
    compare.within("label_lag.p99", of(lag.map(l -> l.p99())), figures.labelLagSeconds(0.99));
  }

  private static OptionalDouble of(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }
}
