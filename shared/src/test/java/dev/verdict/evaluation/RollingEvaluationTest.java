package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.Json;
import dev.verdict.evaluation.RollingEvaluation.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollingEvaluationTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = Instant.parse("2026-12-31T00:00:00Z");
  private static final List<String> CLASSES = List.of("negative", "neutral", "positive");
  private static final WindowSpec LAST_7 = WindowSpec.parse("last_7");
  private static final WindowSpec LAST_50 = WindowSpec.parse("last_50");
  private static final WindowSpec SECONDS = WindowSpec.parse("30s");
  private static final WindowSpec HOUR = WindowSpec.parse("1h");
  private static final List<WindowSpec> WINDOWS = List.of(LAST_7, LAST_50, SECONDS, HOUR);

  private record Event(String actual, String predicted, Instant time) {}

  /** Two hours of event time, not in order. */
  private static List<Event> events(long seed, int count) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long millis = i * 7_200_000L / count + (long) (random.nextGaussian() * 300_000);
      events.add(
          new Event(
              CLASSES.get(random.nextInt(3)),
              CLASSES.get(random.nextInt(3)),
              START.plusMillis(Math.max(0, millis))));
    }
    return events;
  }

  private static ConfusionMatrix recount(List<Event> events) {
    ConfusionMatrix matrix = new ConfusionMatrix(CLASSES);
    events.forEach(event -> matrix.add(event.actual, event.predicted));
    return matrix;
  }

  /** The events of the buckets that end with the newest event's. */
  private static List<Event> span(List<Event> events, long widthMillis, long buckets) {
    long newest =
        events.stream().mapToLong(event -> event.time.toEpochMilli()).max().orElseThrow()
            / widthMillis;
    return events.stream()
        .filter(event -> event.time.toEpochMilli() / widthMillis > newest - buckets)
        .toList();
  }

  private static List<Event> last(List<Event> events, int count) {
    return events.subList(Math.max(0, events.size() - count), events.size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyPrefixThenEachWindowSameAsRecounted(long seed) {
    List<Event> events = events(seed, 400);
    RollingEvaluation rolling = new RollingEvaluation(WINDOWS, CLASSES);

    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      rolling.add(event.actual, event.predicted, event.time, LATER);
      List<Event> prefix = events.subList(0, i + 1);

      assertThat(rolling.matrix(LAST_7).rows()).isEqualTo(recount(last(prefix, 7)).rows());
      assertThat(rolling.matrix(LAST_50).rows()).isEqualTo(recount(last(prefix, 50)).rows());
      assertThat(rolling.matrix(SECONDS).rows()).isEqualTo(recount(span(prefix, 1000, 30)).rows());
      assertThat(rolling.matrix(HOUR).rows()).isEqualTo(recount(span(prefix, 60_000, 60)).rows());
    }
    assertThat(rolling.matrix(HOUR).total()).isLessThan(events.size());
  }

  @Test
  void restoredFromJsonAtAnyTimeThenSameOnEveryLaterStep() throws IOException {
    List<Event> events = events(9, 160);
    for (int stop = 0; stop < events.size(); stop += 20) {
      RollingEvaluation original = new RollingEvaluation(WINDOWS, CLASSES);
      events.subList(0, stop).forEach(event -> add(original, event));

      Snapshot snapshot = Json.read(Json.write(original.snapshot()), Snapshot.class);
      assertThat(snapshot).isEqualTo(original.snapshot());
      RollingEvaluation restored = new RollingEvaluation(WINDOWS, snapshot);

      assertSame(restored, original);
      for (Event event : events.subList(stop, events.size())) {
        add(original, event);
        add(restored, event);
        assertSame(restored, original);
      }
    }
  }

  private static void add(RollingEvaluation rolling, Event event) {
    rolling.add(event.actual, event.predicted, event.time, LATER);
  }

  private static void assertSame(RollingEvaluation one, RollingEvaluation other) {
    for (WindowSpec window : WINDOWS) {
      assertThat(one.matrix(window).classes()).isEqualTo(other.matrix(window).classes());
      assertThat(one.matrix(window).rows()).isEqualTo(other.matrix(window).rows());
    }
    assertThat(one.latest()).isEqualTo(other.latest());
  }

  @Test
  void snapshotTakenThenLaterLabelsDoNotChangeIt() {
    RollingEvaluation rolling = new RollingEvaluation(WINDOWS, CLASSES);
    rolling.add("positive", "positive", START, LATER);
    Snapshot snapshot = rolling.snapshot();
    byte[] before = Json.write(snapshot);

    rolling.add("positive", "positive", START, LATER);
    new RollingEvaluation(WINDOWS, snapshot).add("positive", "positive", START, LATER);

    assertThat(Json.write(snapshot)).isEqualTo(before);
  }

  @Test
  void timeInTheFutureThenCountsAsNowAndTheWindowStaysFull() {
    RollingEvaluation rolling = new RollingEvaluation(WINDOWS, CLASSES);
    rolling.add("positive", "positive", START, START);
    rolling.add("positive", "negative", START.plus(Duration.ofDays(3650)), START.plusSeconds(1));
    rolling.add("negative", "negative", START.plusSeconds(2), START.plusSeconds(2));

    assertThat(rolling.latest()).isEqualTo(START.plusSeconds(2));
    assertThat(rolling.matrix(HOUR).total()).isEqualTo(3);
    assertThat(rolling.matrix(SECONDS).total()).isEqualTo(3);
  }

  @Test
  void eventAtTheEdgeThenLeavesWithItsBucket() {
    RollingEvaluation rolling = new RollingEvaluation(List.of(SECONDS), CLASSES);
    rolling.add("positive", "positive", START, LATER);

    rolling.add("positive", "positive", START.plusMillis(29_999), LATER);
    assertThat(rolling.matrix(SECONDS).total()).isEqualTo(2);
    rolling.add("positive", "positive", START.plusSeconds(30), LATER);
    assertThat(rolling.matrix(SECONDS).total()).isEqualTo(2);
  }

  @Test
  void eventOlderThanTheSpanThenCountsInLastLabelsAlone() {
    RollingEvaluation rolling = new RollingEvaluation(WINDOWS, CLASSES);
    rolling.add("positive", "positive", START.plus(Duration.ofHours(3)), LATER);
    rolling.add("negative", "positive", START, LATER);

    assertThat(rolling.matrix(HOUR).total()).isEqualTo(1);
    assertThat(rolling.matrix(LAST_7).total()).isEqualTo(2);
    assertThat(rolling.latest()).isEqualTo(START.plus(Duration.ofHours(3)));
  }

  @Test
  void longStreamThenSnapshotHoldsNoMoreThanTheWindows() {
    RollingEvaluation rolling = new RollingEvaluation(WINDOWS, CLASSES);
    for (int i = 0; i < 20_000; i++) {
      rolling.add("positive", CLASSES.get(i % 3), START.plusSeconds(i), LATER);
    }

    Snapshot snapshot = rolling.snapshot();
    assertThat(snapshot.recent()).hasSize(50);
    assertThat(snapshot.buckets().get("30s")).hasSize(30);
    assertThat(snapshot.buckets().get("1h")).hasSize(RollingEvaluation.BUCKETS);
  }

  @Test
  void windowsChangedBetweenRunsThenKnownGoOnNewStartEmptyAndOldAreForgotten() {
    RollingEvaluation before = new RollingEvaluation(List.of(LAST_50, HOUR), CLASSES);
    for (int i = 0; i < 20; i++) {
      before.add("positive", "positive", START, LATER);
    }

    RollingEvaluation after =
        new RollingEvaluation(List.of(LAST_7, SECONDS, SECONDS), before.snapshot());
    assertThat(after.matrix(LAST_7).total()).isEqualTo(7);
    assertThat(after.matrix(SECONDS).total()).isZero();
    assertThat(after.snapshot().buckets()).isEmpty();

    after.add("positive", "positive", START, LATER);
    assertThat(after.matrix(SECONDS).total()).isEqualTo(1);
    assertThat(after.snapshot().recent()).hasSize(7);
    assertThat(after.snapshot().buckets()).containsOnlyKeys("30s");
  }

  @Test
  void classNotKnownBeforeThenAppendedInEveryWindow() {
    RollingEvaluation rolling = new RollingEvaluation(WINDOWS, List.of("a"));
    rolling.add("b", "a", START, LATER);

    assertThat(rolling.matrix(LAST_7).classes()).containsExactly("a", "b");
    assertThat(rolling.matrix(HOUR).rows()).containsExactly(List.of(0L, 0L), List.of(1L, 0L));
    assertThat(rolling.snapshot().classes()).containsExactly("a", "b");
  }

  @Test
  void nothingAddedThenEmptyMatrices() {
    RollingEvaluation rolling =
        new RollingEvaluation(WINDOWS, new Snapshot(List.of(), List.of(), Map.of(), 0));

    WINDOWS.forEach(window -> assertThat(rolling.matrix(window).total()).isZero());
  }
}
