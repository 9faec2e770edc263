package dev.verdict.streams.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import dev.verdict.drift.RecentSignals;
import dev.verdict.drift.SignalPane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProfileServedTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String V1 = "v000001-aaaaaaaa";

  /** Panes of 10 reviews. */
  private static final int PERIOD = 200;

  private MockProcessorContext<String, ServedPane> context;
  private KeyValueStore<String, ServedPane> store;
  private ProfileServed processor;
  private Instant now = START;

  @BeforeEach
  @SuppressWarnings("unchecked")
  void begin() {
    context = context();
    store =
        (KeyValueStore<String, ServedPane>)
            (StateStore) ProfileServed.store().withLoggingDisabled().build();
    store.init(context.getStateStoreContext(), store);
    processor = start(context);
  }

  private static MockProcessorContext<String, ServedPane> context() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "none:1");
    return new MockProcessorContext<>(properties, new TaskId(0, 3), null);
  }

  private static ProfileServed start(MockProcessorContext<String, ServedPane> context) {
    ProfileServed processor = new ProfileServed("reviews", PERIOD, Duration.ofSeconds(1));
    processor.init(context);
    return processor;
  }

  /** After a crash or a move: another processor, with what the store holds. */
  private void restart() {
    context = context();
    context.addStateStore(store);
    processor = start(context);
  }

  private void predicted(int times) {
    for (int i = 0; i < times; i++) {
      predicted(V1, 0.75, false);
    }
  }

  private void predicted(String version, double probability, boolean seen) {
    now = now.plusMillis(1);
    Map<String, Double> probabilities = new LinkedHashMap<>();
    probabilities.put("negative", 1 - probability);
    probabilities.put("positive", probability);
    Prediction prediction =
        new Prediction("positive", probability, probabilities, version, START, now, false, seen);
    processor.process(
        new Record<>(
            new byte[0],
            new ClassifiedReview(new PredictedReview("text", prediction, Map.of()), 8, 2),
            START.toEpochMilli()));
  }

  private List<ServedPane> tell() {
    context.resetForwards();
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(now.toEpochMilli());
    List<ServedPane> told = new ArrayList<>();
    context.forwarded().forEach(each -> told.add(each.record().value()));
    return told;
  }

  private static List<Long> reviews(List<ServedPane> told) {
    return told.stream().map(each -> each.pane().map(SignalPane::reviews).orElse(-1L)).toList();
  }

  @Test
  void predictionsThenTheirPaneIsToldAndNothingMoreUntilMoreCome() {
    predicted(3);
    List<ServedPane> told = tell();

    assertThat(reviews(told)).containsExactly(3L);
    assertThat(told.get(0).version()).isEqualTo(V1);
    assertThat(told.get(0).partition()).isEqualTo(3);
    assertThat(told.get(0).latestMillis()).isEqualTo(now.toEpochMilli());
    assertThat(tell()).isEmpty();

    predicted(1);
    List<ServedPane> again = tell();
    assertThat(reviews(again)).containsExactly(4L);
    assertThat(again.get(0).key()).isEqualTo(told.get(0).key());
  }

  @Test
  void paneIsFullThenToldOnceAndTheNextHasAnotherNumber() {
    predicted(25);

    List<ServedPane> told = tell();
    assertThat(reviews(told)).containsExactly(10L, 10L, 5L);
    assertThat(told.stream().map(ServedPane::number)).isSorted().doesNotHaveDuplicates();
    predicted(1);
    assertThat(reviews(tell())).containsExactly(6L);
  }

  @Test
  void moreThanThePeriodBetweenTwoTellingsThenItsPanesAlone() {
    predicted(1000);

    assertThat(reviews(tell())).hasSize(20).containsOnly(10L);
  }

  @Test
  void restartThenThePaneGoesOnFromTheLastTelling() {
    predicted(3);
    ServedPane told = tell().get(0);
    predicted(2);
    restart();
    predicted(1);

    List<ServedPane> after = tell();
    assertThat(reviews(after)).as("two were predicted after the last telling").containsExactly(4L);
    assertThat(after.get(0).key()).isEqualTo(told.key());
  }

  @Test
  void restartAfterAPaneWasFullThenItIsNotTakenUpAgain() {
    predicted(3);
    tell();
    predicted(7);
    tell();
    restart();

    assertThat(tell()).isEmpty();
    predicted(1);
    assertThat(reviews(tell())).containsExactly(1L);
  }

  @Test
  void storeIsDamagedThenThePaneBeginsAnewUnderAnotherNumber() {
    predicted(3);
    ServedPane told = tell().get(0);
    for (String content : List.of("AQID", "not Base64!", "")) {
      store.put(V1, new ServedPane(V1, 3, told.number(), told.latestMillis(), content));
      restart();
      predicted(2);

      List<ServedPane> after = tell();
      assertThat(reviews(after)).as(content).containsExactly(2L);
      assertThat(after.get(0).number()).isGreaterThan(told.number());
    }
  }

  @Test
  void seenInTrainingOrNoProbabilitiesThenNotCounted() {
    predicted(V1, 0.9, true);
    predicted(V1, Double.NaN, false);

    assertThat(tell()).isEmpty();
  }

  @Test
  void severalVersionsThenEachHasItsPaneAndThoseSilentForLongestAreForgotten() {
    for (int i = 1; i <= 6; i++) {
      predicted("v00000%d-aaaaaaaa".formatted(i), 0.75, false);
    }
    predicted(1);

    assertThat(tell().stream().map(ServedPane::version))
        .containsExactlyInAnyOrder(V1, "v000004-aaaaaaaa", "v000005-aaaaaaaa", "v000006-aaaaaaaa");
  }

  @Test
  void whatWasToldThenItAddsUpToThePeriod() {
    RecentSignals recent = new RecentSignals(PERIOD);
    for (int i = 0; i < 50; i++) {
      predicted(7);
      tell().forEach(each -> recent.put(each.key(), each.latestMillis(), each.pane().get()));
    }

    assertThat(recent.of(V1).orElseThrow().reviews()).isBetween(200L, 209L);
  }
}
