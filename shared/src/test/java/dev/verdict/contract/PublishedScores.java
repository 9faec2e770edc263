package dev.verdict.contract;

import dev.verdict.contract.GradedPrediction.Replaced;
import dev.verdict.evaluation.RollingEvaluation;
import dev.verdict.evaluation.RollingEvaluation.Content;
import dev.verdict.evaluation.RollingEvaluation.Entry;
import dev.verdict.evaluation.RollingEvaluation.Totals;
import dev.verdict.evaluation.RollingEvaluation.Window;
import dev.verdict.evaluation.Segments;
import dev.verdict.evaluation.Tally;
import dev.verdict.evaluation.WindowSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;

/** A seeded log of graded predictions, and what the streams application publishes of it. */
public final class PublishedScores {
  public static final Duration GRACE = Duration.ofMinutes(10);
  public static final int SEGMENT_VALUES = 3;

  private static final Instant START = Instant.parse("2026-01-05T12:00:00Z");
  private static final List<String> CLASSES = List.of("negative", "neutral", "positive");
  private static final List<WindowSpec> WINDOWS =
      Stream.of("last_7", "last_50", "30s", "1h", "30m_by_30m", "1h_by_15m")
          .map(WindowSpec::parse)
          .toList();

  private final Random random;
  private final Segments segments = new Segments(List.of("line"), SEGMENT_VALUES, Map.of());
  private final Map<String, RollingEvaluation> scopes = new LinkedHashMap<>();
  private final Map<String, Evaluation> published = new LinkedHashMap<>();
  private final List<LoggedLabel> log = new ArrayList<>();

  /**
   * Three hours of event time, out of order, some of it an hour late; every ninth label changes an
   * earlier one, every thirtieth is of a review that is predicted again; published now and then.
   */
  public PublishedScores(long seed, int records) {
    this.random = new Random(seed);
    for (int i = 0; i < records; i++) {
      LoggedLabel label = label(i, records);
      log.add(label);
      count(label);
      if (random.nextInt(10) == 0 || i == records - 1) {
        publish();
      }
    }
  }

  /** The log in its order; its offsets have gaps, as those of transactions have. */
  public List<LoggedLabel> log() {
    return log;
  }

  /** The last evaluation of each key. */
  public Map<String, Evaluation> published() {
    return published;
  }

  private LoggedLabel label(int number, int records) {
    Instant written = START.plusMillis(number * Duration.ofHours(3).toMillis() / records);
    if (number % 9 == 8) {
      LoggedLabel earlier = log.get(Math.max(0, log.size() - 1 - random.nextInt(40)));
      LoggedLabel last =
          log.stream().filter(each -> each.id().equals(earlier.id())).reduce((a, b) -> b).get();
      GradedPrediction before = last.graded();
      String actual = CLASSES.get((CLASSES.indexOf(before.actual()) + 1) % CLASSES.size());
      GradedPrediction changed =
          new GradedPrediction(
              actual,
              before.predicted(),
              before.confidence(),
              actual.equals(before.predicted()) ? before.confidence() : 0.1,
              before.modelVersion(),
              before.predictedAt(),
              before.reviewTimestamp(),
              written,
              before.attributes(),
              Optional.of(
                  new Replaced(before.actual(), before.probabilityOfActual(), before.labeledAt())));
      return new LoggedLabel(last.id(), 2L * number, written, changed);
    }
    boolean again = number % 30 == 5 && !log.isEmpty();
    String id = again ? log.get(random.nextInt(log.size())).id() : "r" + number;
    long early =
        random.nextInt(12) == 0 ? 5_400_000L : (long) Math.abs(random.nextGaussian() * 200_000.0);
    Instant reviewed = written.minusMillis(early);
    String predicted = CLASSES.get(random.nextInt(random.nextInt(3) + 1));
    String actual = random.nextInt(4) > 0 ? predicted : CLASSES.get(random.nextInt(3));
    double confidence = 0.34 + 0.66 * random.nextDouble();
    GradedPrediction graded =
        new GradedPrediction(
            actual,
            predicted,
            confidence,
            actual.equals(predicted) ? confidence : (1 - confidence) * random.nextDouble(),
            "v" + (1 + 3 * number / records),
            reviewed.plusMillis(50),
            reviewed,
            written,
            random.nextInt(5) == 0 ? Map.of() : Map.of("line", "line" + random.nextInt(6)),
            Optional.empty());
    return new LoggedLabel(id, 2L * number, written, graded);
  }

  private void count(LoggedLabel label) {
    GradedPrediction graded = label.graded();
    Stream.concat(
            Stream.of(Evaluation.ALL, graded.modelVersion()),
            segments.of(graded.attributes()).stream())
        .forEach(
            scope -> {
              RollingEvaluation rolling =
                  scopes.computeIfAbsent(
                      scope,
                      key ->
                          new RollingEvaluation(
                              WINDOWS, GRACE.toMillis(), Content.NONE, new NoJournal()));
              graded
                  .replacedOutcome()
                  .ifPresentOrElse(
                      before ->
                          rolling.replace(label.id(), before, graded.outcome(), label.offset()),
                      () -> rolling.add(label.id(), graded.outcome(), label.offset()));
            });
  }

  private void publish() {
    scopes.forEach(
        (scope, rolling) ->
            Stream.concat(
                    rolling.newest().stream()
                        .filter(window -> !(window.spec() instanceof WindowSpec.Hopping)),
                    rolling.changedWindows().stream())
                .map(window -> evaluation(scope, rolling, window))
                .forEach(each -> published.put(each.key(), each)));
  }

  private static Evaluation evaluation(String scope, RollingEvaluation rolling, Window window) {
    boolean segment = scope.indexOf('=') >= 0;
    return new EvaluationFigures(
            "reviews",
            segment ? Evaluation.ALL : scope,
            segment ? Optional.of(scope) : Optional.empty(),
            CLASSES,
            window.startMillis().isPresent() && !segment
                ? OptionalLong.of(window.tally().total() * 2 + 1)
                : OptionalLong.empty(),
            Optional.of(START),
            Instant.ofEpochMilli(rolling.latestMillis()),
            rolling.position(),
            rolling.labelled())
        .of(window, START);
  }

  private static final class NoJournal implements RollingEvaluation.Journal {
    @Override
    public void putRecent(long sequence, Entry entry) {}

    @Override
    public void removeRecent(long sequence) {}

    @Override
    public void putBucket(String window, long start, Tally.Snapshot tally) {}

    @Override
    public void removeBucket(String window, long start) {}

    @Override
    public void putTotals(Totals totals) {}
  }
}
