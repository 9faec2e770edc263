package dev.verdict.streams.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.GradedPair;
import dev.verdict.contract.JsonSerde;
import dev.verdict.contract.Label;
import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.SourceHeaders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the challenger says of a review is compared once, and with the prediction of that review.
 */
class JoinLabelsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final String CHAMPION = "v000001-aaaaaaaa";
  private static final String CHALLENGER = "v000002-bbbbbbbb";

  private MockProcessorContext<String, JoinedReview> context;
  private JoinLabels processor;

  @BeforeEach
  void begin() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "none:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, 3), null);
    context.setCurrentSystemTimeMs(START.toEpochMilli());
    WindowStore<String, JoinLabels.Pending> store =
        Stores.windowStoreBuilder(
                Stores.inMemoryWindowStore(
                    JoinLabels.STORE, JoinLabels.storeRetention(RETENTION), RETENTION, false),
                Serdes.String(),
                new JsonSerde<>(JoinLabels.Pending.class))
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), (StateStore) store);
    processor = new JoinLabels(RETENTION, new StreamMeters(new SimpleMeterRegistry(), Set::of));
    processor.init(context);
  }

  @Test
  void labelAfterBothThenComparedOnce() {
    predicted(10, "good");
    shadowed(10, "bad");
    labelled("good");

    assertThat(pairs()).singleElement().satisfies(pair -> said(pair, "good", "bad"));
  }

  @Test
  void challengerAnswersTwiceThenComparedOnce() {
    predicted(10, "good");
    labelled("good");
    shadowed(10, "bad");
    shadowed(10, "good");

    assertThat(pairs()).singleElement().satisfies(pair -> said(pair, "good", "bad"));
  }

  @Test
  void labelChangesAfterTheComparisonThenNothingMoreIsCompared() {
    predicted(10, "good");
    shadowed(10, "bad");
    labelled("good");
    labelled("bad");
    shadowed(10, "bad");

    assertThat(pairs()).hasSize(1);
  }

  @Test
  void idCameAgainThenTheAnswerToTheEarlierReviewIsNotComparedWithTheLaterPrediction() {
    predicted(10, "good");
    predicted(11, "bad");
    shadowed(10, "good");
    labelled("bad");
    assertThat(pairs()).isEmpty();

    shadowed(11, "good");
    assertThat(pairs()).singleElement().satisfies(pair -> said(pair, "bad", "good"));
  }

  @Test
  void nothingWasPredictedThenAnswersAreForgotten() {
    shadowed(10, "good");
    labelled("good");
    shadowed(10, "good");

    assertThat(pairs()).isEmpty();
  }

  private static void said(GradedPair pair, String served, String shadow) {
    assertThat(pair.served()).isEqualTo(served);
    assertThat(pair.shadow()).isEqualTo(shadow);
    assertThat(pair.servedBy()).isEqualTo(CHAMPION);
    assertThat(pair.shadowBy()).isEqualTo(CHALLENGER);
  }

  private List<GradedPair> pairs() {
    return context.forwarded().stream()
        .map(each -> each.record().value())
        .filter(JoinedReview.Compared.class::isInstance)
        .map(each -> ((JoinedReview.Compared) each).pair())
        .toList();
  }

  private void predicted(long offset, String label) {
    process(
        ReviewEvent.of(new PredictedReview("text", prediction(CHAMPION, label), Map.of())), offset);
  }

  private void shadowed(long offset, String label) {
    process(ReviewEvent.ofShadow(prediction(CHALLENGER, label)), offset);
  }

  private void labelled(String label) {
    processor.process(
        new Record<>(
            "r1",
            ReviewEvent.of(new Label(label, Optional.empty(), Optional.empty())),
            START.toEpochMilli()));
  }

  private void process(ReviewEvent event, long offset) {
    Headers headers = new RecordHeaders();
    SourceHeaders.add(headers, 3, offset);
    processor.process(new Record<>("r1", event, START.toEpochMilli(), headers));
  }

  private static Prediction prediction(String version, String label) {
    return new Prediction(label, 0.9, Map.of(label, 0.9), version, START, START, false, false);
  }
}
