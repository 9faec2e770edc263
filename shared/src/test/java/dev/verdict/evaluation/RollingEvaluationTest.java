package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.contract.Json;
import dev.verdict.evaluation.RollingEvaluation.Content;
import dev.verdict.evaluation.RollingEvaluation.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollingEvaluationTest {
  private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long GRACE = 10 * MINUTE;
  private static final List<String> CLASSES = List.of("negative", "neutral", "positive");
  private static final WindowSpec LAST_7 = WindowSpec.parse("last_7");
  private static final WindowSpec LAST_50 = WindowSpec.parse("last_50");
  private static final WindowSpec SECONDS = WindowSpec.parse("30s");
  private static final WindowSpec ROLLING = WindowSpec.parse("1h");
  private static final WindowSpec TUMBLING = WindowSpec.parse("30m_by_30m");
  private static final WindowSpec HOPPING = WindowSpec.parse("1h_by_15m");
  private static final List<WindowSpec> WINDOWS =
      List.of(LAST_7, LAST_50, SECONDS, ROLLING, TUMBLING, HOPPING);

  private final RecordingJournal journal = new RecordingJournal();

  /** A label, or another one for a review that had one. */
  private record Step(String id, GradedOutcome outcome, GradedOutcome replaced) {
    boolean replaces() {
      return replaced != null;
    }
  }

  private static RollingEvaluation rolling(List<WindowSpec> windows, RecordingJournal journal) {
    return new RollingEvaluation(windows, GRACE, journal.content(), journal);
  }

  private static GradedOutcome outcome(String actual, String predicted, long time) {
    return new GradedOutcome(actual, predicted, 0.8, actual.equals(predicted) ? 0.8 : 0.1, 5, time);
  }

  /** Three hours of event time, out of order, and every ninth label is changed later. */
  private static List<Step> steps(long seed, int count) {
    Random random = new Random(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i % 9 == 8) {
        Step earlier = steps.get(random.nextInt(steps.size()));
        if (!earlier.replaces()
            && steps.stream().noneMatch(each -> each.replaces() && each.id.equals(earlier.id))) {
          GradedOutcome before = earlier.outcome;
          String other = CLASSES.get((CLASSES.indexOf(before.actual()) + 1) % 3);
          steps.add(
              new Step(
                  earlier.id,
                  new GradedOutcome(
                      other,
                      before.predicted(),
                      before.confidence(),
                      0.2,
                      77,
                      before.eventMillis()),
                  before));
          continue;
        }
      }
      long time = START + i * (3 * HOUR) / count + (long) (random.nextGaussian() * 300_000.0);
      steps.add(
          new Step(
              "r" + i,
              new GradedOutcome(
                  CLASSES.get(random.nextInt(3)),
                  CLASSES.get(random.nextInt(3)),
                  random.nextDouble(),
                  random.nextDouble(),
                  random.nextInt(1_000_000),
                  Math.max(START, time)),
              null));
    }
    return steps;
  }

  private static void apply(RollingEvaluation rolling, Step step, long position) {
    if (step.replaces()) {
      rolling.replace(step.id, step.replaced, step.outcome, position);
    } else {
      rolling.add(step.id, step.outcome, position);
    }
  }

  /** Counts a list of outcomes anew. */
  private static Tally tally(List<GradedOutcome> outcomes) {
    Tally tally = new Tally();
    outcomes.forEach(tally::add);
    return tally;
  }

  /**
   * What a window must hold after a number of steps, by the definition of windows alone: each
   * review once with its last label, unless its first label found the window gone.
   */
  private static List<GradedOutcome> recount(List<Step> steps, Predicate<Step> counted) {
    Map<String, GradedOutcome> last = new HashMap<>();
    List<String> order = new ArrayList<>();
    for (Step step : steps) {
      if (!step.replaces()) {
        order.add(step.id);
      }
      last.put(step.id, step.outcome);
    }
    Set<String> kept = new HashSet<>();
    steps.stream().filter(step -> !step.replaces()).filter(counted).forEach(s -> kept.add(s.id));
    return order.stream().filter(kept::contains).map(last::get).toList();
  }

  private static List<GradedOutcome> lastLabels(List<Step> steps, int labels) {
    List<GradedOutcome> all = recount(steps, step -> true);
    return all.subList(Math.max(0, all.size() - labels), all.size());
  }

  private static long newest(List<Step> steps) {
    return steps.stream().mapToLong(step -> step.outcome.eventMillis()).max().orElseThrow();
  }

  private static Window find(RollingEvaluation rolling, WindowSpec spec) {
    return rolling.newest().stream()
        .filter(each -> each.spec().equals(spec))
        .findAny()
        .orElseThrow();
  }

  private static void assertSame(Tally actual, Tally expected) {
    assertThat(actual.snapshot()).isEqualTo(expected.snapshot());
    assertThat(actual.total()).isEqualTo(expected.total());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyPrefixThenWindowsOfLabelsAndRollingTimeSameAsRecounted(long seed) {
    List<Step> steps = steps(seed, 450);
    RollingEvaluation rolling = rolling(WINDOWS, journal);

    for (int i = 0; i < steps.size(); i++) {
      apply(rolling, steps.get(i), i);
      List<Step> prefix = steps.subList(0, i + 1);

      assertSame(find(rolling, LAST_7).tally(), tally(lastLabels(prefix, 7)));
      assertSame(find(rolling, LAST_50).tally(), tally(lastLabels(prefix, 50)));
      long second = newest(prefix) / 1000 * 1000 + 1000;
      assertSame(
          find(rolling, SECONDS).tally(),
          tally(
              recount(
                  prefix,
                  step -> {
                    long time = step.outcome.eventMillis();
                    return time >= second - 30_000 && time < second;
                  })));
      long minute = newest(prefix) / MINUTE * MINUTE + MINUTE;
      assertSame(
          find(rolling, ROLLING).tally(),
          tally(recount(prefix, step -> step.outcome.eventMillis() >= minute - HOUR)));
    }
    assertThat(find(rolling, ROLLING).tally().total()).isLessThan(400).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void everyPrefixThenHoppingAndTumblingWindowsStillOpenSameAsRecounted(long seed) {
    List<Step> steps = steps(seed, 450);
    RollingEvaluation rolling = rolling(WINDOWS, journal);
    Set<Long> tumbling = new TreeSet<>();

    for (int i = 0; i < steps.size(); i++) {
      apply(rolling, steps.get(i), i);
      List<Step> prefix = steps.subList(0, i + 1);
      for (Window window : rolling.changedWindows()) {
        WindowSpec.Hopping spec = (WindowSpec.Hopping) window.spec();
        long start = window.startMillis().orElseThrow();
        long end = start + spec.length().toMillis();
        assertThat(start % spec.advance().toMillis()).isZero();
        assertThat(end + GRACE).isGreaterThan(newest(prefix));
        assertSame(
            window.tally(),
            tally(
                recount(
                    prefix,
                    step -> {
                      long time = step.outcome.eventMillis();
                      return time >= start && time < end;
                    })));
        if (spec.equals(TUMBLING)) {
          tumbling.add(start);
        }
      }
    }
    assertThat(tumbling).hasSizeBetween(6, 8);
  }

  @Test
  void windowsPublishedThenOnlyThoseThatChangedAreToldAgain() {
    RollingEvaluation rolling = rolling(List.of(TUMBLING), journal);
    rolling.add("a", outcome("positive", "positive", START), 0);
    rolling.add("b", outcome("positive", "positive", START + 31 * MINUTE), 1);
    assertThat(rolling.changedWindows()).hasSize(2);
    assertThat(rolling.changedWindows()).isEmpty();

    rolling.add("c", outcome("positive", "positive", START + 1), 2);
    assertThat(rolling.changedWindows())
        .singleElement()
        .satisfies(window -> assertThat(window.tally().total()).isEqualTo(2));
  }

  @Test
  void labelAfterTheGraceThenTooLateAndInTheGraceThenCounted() {
    RollingEvaluation rolling = rolling(List.of(TUMBLING), journal);
    rolling.add("now", outcome("positive", "positive", START + 39 * MINUTE), 0);
    rolling.add("late", outcome("positive", "positive", START + 29 * MINUTE), 1);
    rolling.changedWindows();
    rolling.add("later", outcome("positive", "positive", START + 40 * MINUTE), 2);
    rolling.add("too late", outcome("positive", "positive", START + 29 * MINUTE), 3);

    Window open = find(rolling, TUMBLING);
    assertThat(open.startMillis()).contains(START + 30 * MINUTE);
    assertThat(open.tally().total()).isEqualTo(2);
    assertThat(open.tooLate()).isEqualTo(1);
    assertThat(rolling.changedWindows()).hasSize(1);
  }

  @Test
  void restoredFromJsonAtAnyTimeThenSameOnEveryLaterStep() throws IOException {
    List<Step> steps = steps(9, 180);
    for (int stop = 0; stop < steps.size(); stop += 12) {
      RecordingJournal kept = new RecordingJournal();
      RollingEvaluation original = rolling(WINDOWS, kept);
      for (int i = 0; i < stop; i++) {
        apply(original, steps.get(i), i);
      }

      Content content = Json.read(Json.write(kept.content()), Content.class);
      assertThat(content).isEqualTo(kept.content());
      RecordingJournal anew = new RecordingJournal();
      RollingEvaluation restored = new RollingEvaluation(WINDOWS, GRACE, content, anew);
      for (int i = stop; i < steps.size(); i++) {
        apply(original, steps.get(i), i);
        apply(restored, steps.get(i), i);
        assertThat(restored.position()).isEqualTo(original.position());
        assertThat(restored.labelled()).isEqualTo(original.labelled());
        assertThat(restored.latestMillis()).isEqualTo(original.latestMillis());
        for (WindowSpec window : WINDOWS) {
          assertSame(find(restored, window).tally(), find(original, window).tally());
          assertThat(find(restored, window).tooLate()).isEqualTo(find(original, window).tooLate());
        }
      }
    }
  }

  @Test
  void longStreamThenJournalHoldsNoMoreThanTheOpenWindows() {
    RollingEvaluation rolling = rolling(WINDOWS, journal);
    for (int i = 0; i < 20_000; i++) {
      rolling.add("r" + i, outcome("positive", CLASSES.get(i % 3), START + i * 1000L), i);
    }

    assertThat(journal.recent()).isEqualTo(50);
    assertThat(journal.buckets("30s")).isEqualTo(30);
    assertThat(journal.buckets("1h")).isEqualTo(60);
    assertThat(journal.buckets("30m_by_30m")).isLessThanOrEqualTo(2);
    assertThat(journal.buckets("1h_by_15m")).isLessThanOrEqualTo(5);
  }

  @Test
  void labelReplacedAfterItLeftAWindowThenThatWindowStays() {
    RollingEvaluation rolling = rolling(List.of(LAST_7, ROLLING), journal);
    GradedOutcome first = outcome("positive", "positive", START);
    rolling.add("a", first, 0);
    for (int i = 0; i < 7; i++) {
      rolling.add("r" + i, outcome("negative", "negative", START), 1 + i);
    }
    rolling.replace("a", first, outcome("neutral", "positive", START), 8);

    assertThat(find(rolling, LAST_7).tally().matrix(CLASSES).accuracy()).isEqualTo(1);
    assertThat(find(rolling, ROLLING).tally().matrix(CLASSES).rows())
        .containsExactly(List.of(7L, 0L, 0L), List.of(0L, 0L, 1L), List.of(0L, 0L, 0L));
    assertThat(rolling.position()).isEqualTo(8);
  }

  @Test
  void windowsChangedBetweenRunsThenKnownGoOnNewStartEmptyAndOldAreForgotten() {
    RollingEvaluation before = rolling(List.of(LAST_50, ROLLING), journal);
    for (int i = 0; i < 20; i++) {
      before.add("r" + i, outcome("positive", "positive", START), i);
    }

    RollingEvaluation after = rolling(List.of(LAST_7, SECONDS, SECONDS), journal);
    assertThat(find(after, LAST_7).tally().total()).isEqualTo(7);
    assertThat(find(after, SECONDS).tally().total()).isZero();
    assertThat(journal.buckets("1h")).isZero();
    assertThat(journal.recent()).isEqualTo(7);

    after.add("new", outcome("positive", "positive", START), 20);
    assertThat(find(after, SECONDS).tally().total()).isEqualTo(1);
    assertThat(journal.recent()).isEqualTo(7);
  }

  @Test
  void eventAtTheEdgeThenLeavesWithItsBucket() {
    RollingEvaluation rolling = rolling(List.of(SECONDS), journal);
    rolling.add("a", outcome("positive", "positive", START), 0);

    rolling.add("b", outcome("positive", "positive", START + 29_999), 1);
    assertThat(find(rolling, SECONDS).tally().total()).isEqualTo(2);
    rolling.add("c", outcome("positive", "positive", START + 30_000), 2);
    assertThat(find(rolling, SECONDS).tally().total()).isEqualTo(2);
  }

  /** The fixture's figures are of scikit-learn 1.2.1, the calibration error of NumPy. */
  @ParameterizedTest
  @ValueSource(strings = {"last_40", "last_1000"})
  void everyPrefixThenFiguresOfScikitLearn(String name) throws IOException {
    List<String[]> outcomes = oracle("outcomes.csv");
    List<String[]> expected =
        oracle("expected.csv").stream().filter(row -> row[0].equals(name)).toList();
    assertThat(expected).hasSize(outcomes.size());
    WindowSpec spec = WindowSpec.parse(name);
    RollingEvaluation rolling = rolling(List.of(spec), journal);

    for (int i = 0; i < outcomes.size(); i++) {
      rolling.add("r" + i, oracleOutcome(outcomes.get(i)), i);
      Tally tally = find(rolling, spec).tally();
      ConfusionMatrix matrix = tally.matrix(CLASSES);
      List<Double> figures =
          new ArrayList<>(
              List.of(
                  matrix.accuracy(),
                  matrix.macroF1(),
                  matrix.microF1(),
                  matrix.weightedF1(),
                  matrix.matthewsCorrelation(),
                  tally.logLoss(),
                  tally.expectedCalibrationError()));
      for (String each : CLASSES) {
        figures.addAll(List.of(matrix.precision(each), matrix.recall(each), matrix.f1(each)));
      }
      for (int figure = 0; figure < figures.size(); figure++) {
        assertThat(figures.get(figure))
            .as("figure %d of prefix %d", figure, i + 1)
            .isCloseTo(Double.parseDouble(expected.get(i)[figure + 2]), within(2e-8));
      }
    }
  }

  private static GradedOutcome oracleOutcome(String[] row) {
    int predicted = 0;
    for (int c = 1; c < CLASSES.size(); c++) {
      predicted =
          Double.parseDouble(row[c + 1]) > Double.parseDouble(row[predicted + 1]) ? c : predicted;
    }
    return new GradedOutcome(
        row[0],
        CLASSES.get(predicted),
        Double.parseDouble(row[predicted + 1]),
        Double.parseDouble(row[CLASSES.indexOf(row[0]) + 1]),
        0,
        START);
  }

  private static List<String[]> oracle(String file) throws IOException {
    try (InputStream in =
        RollingEvaluationTest.class.getResourceAsStream("/oracle/rolling/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .toList();
    }
  }
}
