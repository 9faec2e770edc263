package dev.verdict.streams.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.TrialLimits;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.Decision;
import dev.verdict.contract.DriftSignals;
import dev.verdict.contract.Json;
import dev.verdict.contract.JsonSerde;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.Topics;
import dev.verdict.drift.DriftDetectors;
import dev.verdict.drift.F1Explanation;
import dev.verdict.drift.InputDrift;
import dev.verdict.drift.ProfileSketch;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.drift.ReviewSignals;
import dev.verdict.evaluation.ChallengerPolicy;
import dev.verdict.evaluation.ChallengerTrial;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainTrigger;
import dev.verdict.evaluation.WindowSpec;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.RegistryView;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.FakeModel;
import dev.verdict.streams.inference.ModelSlot;
import dev.verdict.streams.inference.Prefetch;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told without labels, and why F1 fell. */
class SignalsTopologyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final WindowSpec WINDOW = WindowSpec.parse("last_100");
  private static final String V1 = "v000001-aaaaaaaa";
  private static final String V2 = "v000002-bbbbbbbb";
  private static final String SHORT = " w w w";
  private static final String LONG = " w w w w w w w w w w";

  @TempDir private Path stateDir;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Topics topics = new Topics("reviews", "labels", "");
  private final ModelSlot slot = new ModelSlot();
  private final ReviewDecoder decoder = new ReviewDecoder(1000, 100);
  private final Batcher batcher =
      new Batcher(
          slot,
          new BatchLimits(1024, 32, Duration.ZERO),
          1,
          new TrialLimits(30, 50, Duration.ofMillis(50), 100),
          100,
          100,
          1,
          meters);
  private Optional<RegistryView> registry = Optional.empty();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> reviews;
  private TestInputTopic<byte[], byte[]> labels;
  private TestOutputTopic<String, DriftSignals> drift;
  private TestOutputTopic<String, Decision> decisions;
  private int next;

  @BeforeEach
  void start() {
    serves(V1);
    Properties properties = new Properties();
    properties.put("application.id", "verdict-test");
    properties.put("state.dir", stateDir.toString());
    driver = new TopologyTestDriver(topology(), properties, START);
    reviews =
        driver.createInputTopic("reviews", new ByteArraySerializer(), new ByteArraySerializer());
    labels =
        driver.createInputTopic("labels", new ByteArraySerializer(), new ByteArraySerializer());
    drift =
        driver.createOutputTopic(
            topics.drift(),
            new StringDeserializer(),
            new JsonSerde<>(DriftSignals.class).deserializer());
    decisions =
        driver.createOutputTopic(
            topics.decisions(),
            new StringDeserializer(),
            new JsonSerde<>(Decision.class).deserializer());
    advance();
  }

  @AfterEach
  void stop() {
    driver.close();
    batcher.close();
    slot.close();
  }

  @Test
  void reviewsLikeTheReferenceThenNoDriftAndTheScoresThatTheProbabilitiesForesee() {
    review(200, SHORT);
    advance();

    TestRecord<String, DriftSignals> told = drift.readRecord();
    assertThat(drift.isEmpty()).as("one record an interval").isTrue();
    assertThat(told.key()).isEqualTo("reviews/" + V1);
    DriftSignals signals = told.value();
    assertThat(signals.reviews()).isEqualTo(200);
    assertThat(signals.referenceReviews()).hasValue(1000);
    assertThat(signals.level()).contains("none");
    assertThat(signals.features().keySet())
        .containsExactlyInAnyOrder("predicted_class", "confidence", "text_length", "unknown_rate");
    // Half of them are good with 0.9, half are not with 0.8.
    assertThat(signals.estimatedAccuracy().orElseThrow()).isCloseTo(0.85, within(1e-6));
    assertThat(signals.realised()).isEmpty();
    assertThat(gauge(VerdictMeter.DRIFT_LEVEL.meterName(), "feature", "text_length")).isZero();
    assertThat(gauge(VerdictMeter.ESTIMATED_MACRO_F1.meterName(), "version", V1))
        .isEqualTo(signals.estimatedMacroF1().orElseThrow());
  }

  @Test
  void longerReviewsThenTheirLengthHasDriftedOnceTheyFillThePeriod() {
    review(200, SHORT);
    advance();
    review(400, LONG);
    advance();

    DriftSignals signals = last(drift.readValuesToList());
    assertThat(signals.reviews()).isBetween(400L, 420L);
    assertThat(signals.level()).contains("large");
    assertThat(signals.features().keySet()).startsWith("text_length");
    assertThat(signals.features().get("text_length").ks()).hasValue(1);
    assertThat(signals.features().get("predicted_class").level()).isEqualTo("none");
    assertThat(gauge(VerdictMeter.DRIFT_LEVEL.meterName(), "feature", "text_length")).isEqualTo(2);
    assertThat(gauge(VerdictMeter.DRIFT_LEVEL.meterName(), "feature", "predicted_class")).isZero();
    assertThat(gauge(VerdictMeter.DRIFT_PSI.meterName(), "feature", "text_length"))
        .isGreaterThan(0.25);
    assertThat(gauge(VerdictMeter.DRIFT_KS.meterName(), "feature", "text_length")).isEqualTo(1);
  }

  @Test
  void fewReviewsThenNothingIsCompared() {
    review(99, LONG);
    advance();

    DriftSignals signals = drift.readValue();
    assertThat(signals.reviews()).isEqualTo(99);
    assertThat(signals.level()).isEmpty();
    assertThat(signals.estimatedMacroF1()).isPresent();
  }

  @Test
  void nothingNewThenNothingIsTold() {
    review(50, SHORT);
    advance();
    drift.readRecord();
    driver.advanceWallClockTime(Duration.ofMinutes(1));

    assertThat(drift.isEmpty()).isTrue();
  }

  @Test
  void anotherVersionServesThenItHasItsOwnSignalsAndWithoutReferenceTheEstimateAlone() {
    review(200, SHORT);
    advance();
    serves(V2);
    review(152, LONG);
    advance();

    Map<String, DriftSignals> told = drift.readKeyValuesToMap();
    assertThat(told.get("reviews/" + V1).level()).contains("none");
    DriftSignals second = told.get("reviews/" + V2);
    assertThat(second.reviews()).isEqualTo(152);
    assertThat(second.referenceReviews()).isEmpty();
    assertThat(second.level()).isEmpty();
    assertThat(second.features()).isEmpty();
    assertThat(second.estimatedAccuracy().orElseThrow()).isCloseTo(0.85, within(1e-6));
    assertThat(meters.find(VerdictMeter.ESTIMATED_MACRO_F1.meterName()).tag("version", V1).gauge())
        .isNull();
  }

  @Test
  void labelsThenWhatIsRealisedLessWhatWasForeseen() {
    grade(60, SHORT, true);
    grade(40, SHORT, false);
    advance();

    DriftSignals signals = drift.readValue();
    DriftSignals.Realised realised = signals.realised().orElseThrow();
    assertThat(realised.window()).isEqualTo("last_100");
    assertThat(realised.labels()).isEqualTo(100);
    assertThat(realised.macroF1()).isCloseTo(0.6, within(1e-9));
    assertThat(signals.realisedMinusEstimated().orElseThrow())
        .isCloseTo(0.6 - signals.estimatedMacroF1().orElseThrow(), within(1e-9));
    assertThat(gauge(VerdictMeter.REALIZED_MINUS_ESTIMATED_MACRO_F1.meterName(), "version", V1))
        .isCloseTo(-0.25, within(0.01));
  }

  @Test
  void reviewsMeanOtherClassesThenConceptDriftIsToldOncePerFall() {
    grade(100, SHORT, true);
    advance();
    assertThat(explanations()).as("nothing is wrong").isEmpty();
    for (int fall = 0; fall < 2; fall++) {
      grade(60, SHORT, false);
      advance();
      grade(20, SHORT, false);
      advance();

      List<Decision> told = explanations();
      assertThat(told).hasSize(1);
      assertThat(told.get(0).rule()).isEqualTo("f1");
      assertThat(told.get(0).modelVersion()).isEqualTo(V1);
      assertThat(told.get(0).reason()).contains("other classes than those it was trained on");
      assertThat(told.get(0).figures())
          .containsEntry("macro_f1_before", 1.0)
          .containsEntry("labels", 100.0)
          .containsKeys("concept_drift_estimated_f1", "concept_drift_strength")
          .doesNotContainKey("input_drift_strength");
      grade(100, SHORT, true);
      advance();
    }
  }

  @Test
  void otherReviewsAndF1FallsThenInputDriftIsAmongTheCauses() {
    grade(100, SHORT, true);
    advance();
    review(400, LONG);
    advance();
    grade(100, LONG, false);
    advance();

    Decision told = explanations().get(0);
    assertThat(told.reason()).contains("text length changed most");
    assertThat(told.figures().get("input_drift_text_length_psi")).isGreaterThan(0.25);
  }

  @Test
  void oneSegmentFallsThenItIsNamed() {
    for (int i = 0; i < 60; i++) {
      grade("kitchen", true);
      grade("garden", true);
    }
    advance();
    for (int i = 0; i < 60; i++) {
      grade("kitchen", false);
      grade("garden", true);
    }
    advance();

    Decision told = explanations().get(0);
    assertThat(told.reason()).contains("Segment line=kitchen explains");
    assertThat(told.figures().get("segment_explained_share")).isGreaterThan(0.9);
  }

  @Test
  void newChampionIsWorseThenTheChangeOfVersionIsTold() {
    grade(100, SHORT, true);
    advance();
    serves(V2);
    advance();
    grade(60, SHORT, false);
    advance();

    Decision told = explanations().get(0);
    assertThat(told.modelVersion()).isEqualTo(V2);
    assertThat(told.figures()).containsKey("version_change_strength");
  }

  @Test
  void newChampionIsBetterThanTheOneWhoseFallWasToldThenNothingMoreIs() {
    grade(100, SHORT, true);
    advance();
    grade(80, SHORT, false);
    advance();
    assertThat(explanations()).hasSize(1);
    serves(V2);
    advance();
    for (int i = 0; i < 30; i++) {
      grade(1, SHORT, true);
      grade(1, SHORT, false);
    }
    advance();
    assertThat(explanations()).isEmpty();

    grade(100, SHORT, false);
    advance();
    assertThat(explanations().get(0).figures().get("macro_f1_before")).isLessThan(0.3);
  }

  @Test
  void fewLabelsThenNoExplanationYet() {
    grade(100, SHORT, true);
    advance();
    serves(V2);
    advance();
    grade(19, SHORT, false);
    advance();

    assertThat(explanations()).isEmpty();
  }

  @Test
  void fewLabelsLookLowForAMinuteThenThatIsToldOnceWithTheCoverage() {
    grade(100, SHORT, true);
    advance();
    serves(V2);
    advance();
    review(60, SHORT);
    grade(15, SHORT, false);
    advance();
    driver.advanceWallClockTime(Duration.ofMinutes(1));
    assertThat(explanations()).isEmpty();
    grade(1, SHORT, false);
    advance();

    // The last prediction is told of with the next interval.
    Decision told = explanations().get(0);
    assertThat(told.modelVersion()).isEqualTo(V2);
    assertThat(told.reason()).startsWith("Only 16 reviews have labels now (21.3% of predictions)");
    assertThat(told.figures())
        .containsEntry("too_few_labels_min_labels", 20.0)
        .containsEntry("labels", 16.0)
        .containsEntry("label_coverage", 16 / 75.0);

    driver.advanceWallClockTime(Duration.ofMinutes(2));
    grade(1, SHORT, false);
    advance();
    assertThat(explanations()).as("once").isEmpty();

    grade(60, SHORT, false);
    advance();
    assertThat(explanations()).as("the fall itself").hasSize(1);
  }

  @Test
  void firstChampionLooksLowOnFewLabelsThenToldWithoutAScoreOfBefore() {
    grade(12, SHORT, false);
    advance();
    driver.advanceWallClockTime(Duration.ofMinutes(1));
    grade(1, SHORT, false);
    advance();

    Decision told = explanations().get(0);
    assertThat(told.figures())
        .containsEntry("too_few_labels_labels_before", 0.0)
        .doesNotContainKeys("fall", "macro_f1_before");
  }

  @Test
  void labelsComeInAnotherMixThenThatIsTold() {
    grade(100, SHORT, true);
    advance();
    for (int i = 0; i < 80; i++) {
      grade(1, SHORT, good());
    }
    advance();

    Decision told = explanations().get(0);
    assertThat(told.reason())
        .contains("The labels' classes come in another mix")
        .contains("negative is 10.0%, was 50.0%");
    assertThat(told.figures().get("label_mix_shift_share_now")).isEqualTo(0.1);
    assertThat(told.figures().get("label_mix_shift_share_before")).isEqualTo(0.5);
  }

  @Test
  void championBadFromTheStartThenThereIsNoFallToExplain() {
    grade(100, SHORT, false);
    advance();
    grade(50, SHORT, false);
    advance();

    assertThat(explanations()).isEmpty();
  }

  private List<Decision> explanations() {
    return decisions.readValuesToList().stream()
        .filter(each -> each.decision().equals("explain"))
        .toList();
  }

  private static <T> T last(List<T> all) {
    return all.get(all.size() - 1);
  }

  private double gauge(String name, String tag, String value) {
    Gauge gauge = meters.get(name).tag(tag, value).gauge();
    return gauge.value();
  }

  /** The partitions tell with one interval, what they told is published with the next. */
  private void advance() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
  }

  private void serves(String version) {
    FakeModel model = new FakeModel(version);
    slot.swap(model);
    long revision = registry.map(RegistryView::revision).orElse(-1L) + 1;
    registry =
        Optional.of(
            new RegistryView(
                revision,
                new RegistryState(Map.of(version, model.manifest()), Map.of("champion", version))));
  }

  /** Two are, two are not, so that what alternates has both. */
  private boolean good() {
    return next % 4 < 2;
  }

  private String text(String words) {
    return (good() ? "good" : "poor") + words;
  }

  private void review(int times, String words) {
    for (int i = 0; i < times; i++) {
      review(words, "kitchen");
    }
  }

  private String review(String words, String line) {
    String id = "r" + next;
    reviews.pipeInput(
        new TestRecord<>(
            bytes(id),
            bytes(
                "{\"text\":\"%s\",\"attributes\":{\"line\":\"%s\"}}".formatted(text(words), line)),
            START));
    next++;
    return id;
  }

  private void grade(int times, String words, boolean right) {
    for (int i = 0; i < times; i++) {
      grade(words, "kitchen", right);
    }
  }

  private void grade(String line, boolean right) {
    grade(SHORT, line, right);
  }

  private void grade(String words, String line, boolean right) {
    boolean good = good();
    String id = review(words, line);
    labels.pipeInput(
        new TestRecord<>(
            bytes(id),
            bytes("{\"label\":\"%s\"}".formatted(good == right ? "positive" : "negative")),
            START));
  }

  private static Optional<ReferenceProfile> reference(String version) {
    if (!version.equals(V1)) {
      return Optional.empty();
    }
    ProfileSketch sketch = new ProfileSketch();
    // Of four words the fake model takes two for special tokens.
    for (int i = 0; i < 500; i++) {
      sketch.add(new ReviewSignals("positive", 0.9, 2, 0));
      sketch.add(new ReviewSignals("negative", 0.8, 2, 0));
    }
    return Optional.of(sketch.profile());
  }

  private Topology topology() {
    return new VerdictTopology(
            new VerdictTopology.Parts(
                "reviews",
                topics,
                false,
                8,
                decoder,
                Json::write,
                Json::write,
                4096,
                batcher,
                new Prefetch("reviews", decoder, batcher, 100, 1 << 20, meters),
                Duration.ofSeconds(20),
                16_384,
                64 * 1024,
                List.of(),
                Duration.ofDays(7),
                new EvaluationPlan(
                    List.of(WINDOW, WindowSpec.parse("1h")),
                    Duration.ofMinutes(10),
                    List.of("line"),
                    2,
                    Duration.ofSeconds(1)),
                new Rules(
                    new RetrainPolicy(
                        WINDOW,
                        0.8,
                        0.8,
                        20,
                        Duration.ofMinutes(10),
                        24,
                        Duration.ZERO,
                        Duration.ofMinutes(10),
                        Set.of(RetrainTrigger.F1)),
                    Duration.ofMinutes(1),
                    DriftDetectors.config("adwin", Map.of()),
                    new ChallengerTrial(
                        new ChallengerPolicy(
                            0.05,
                            0,
                            100,
                            1000,
                            Duration.ofHours(5),
                            Duration.ofMinutes(10),
                            50,
                            Duration.ofHours(2)))),
                new SignalRules(
                    400,
                    new InputDrift.Rule(100, 0.1, 0.25, 0.5, 0.001),
                    new F1Explanation.Rule(20, 0.1, 0.25, 0.5, 0.1, 0.5, 10),
                    SignalsTopologyTest::reference),
                slot::manifest,
                () -> registry,
                List::of,
                new StreamMeters(meters, Set::of),
                ProcessingListener.silent()))
        .build(SettingsLoader.load(Optional.empty(), Map.of(), Map.of()).kafkaStreams(8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
