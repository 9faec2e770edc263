package dev.verdict.streams.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.IdShare;
import dev.verdict.batching.TrialLimits;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Json;
import dev.verdict.contract.JsonSerde;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.ReplayHeader;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingExample;
import dev.verdict.contract.TrainingRun;
import dev.verdict.drift.DriftDetectors;
import dev.verdict.drift.F1Explanation;
import dev.verdict.drift.InputDrift;
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
import dev.verdict.streams.inference.Refusal;
import dev.verdict.streams.inference.Roles;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTopologyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final WindowSpec WINDOW = WindowSpec.parse("last_100");

  private static final ChallengerPolicy TRIAL =
      new ChallengerPolicy(
          0.05, 0, 100, 1000, Duration.ofHours(5), Duration.ofMinutes(10), 50, Duration.ofHours(2));

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
  private List<Refusal> refusals = List.of();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> reviews;
  private TestInputTopic<byte[], byte[]> labels;
  private TestOutputTopic<String, Prediction> predictions;
  private TestOutputTopic<String, Prediction> shadows;
  private TestOutputTopic<byte[], byte[]> deadLetters;
  private TestOutputTopic<String, TrainingExample> examples;
  private TestOutputTopic<String, Evaluation> evaluations;
  private TestOutputTopic<String, GradedPrediction> graded;
  private TestOutputTopic<byte[], byte[]> registryRecords;
  private TestOutputTopic<String, RetrainRequest> requests;
  private TestOutputTopic<String, Decision> decisions;

  @BeforeEach
  void start() {
    slot.swap(new FakeModel("v000001-aaaaaaaa", Map.of(0, 0L)));
    serves("v000001-aaaaaaaa");
    Properties properties = new Properties();
    properties.put("application.id", "verdict-test");
    properties.put("state.dir", stateDir.toString());
    driver = new TopologyTestDriver(topology(), properties, START);
    reviews =
        driver.createInputTopic("reviews", new ByteArraySerializer(), new ByteArraySerializer());
    labels =
        driver.createInputTopic("labels", new ByteArraySerializer(), new ByteArraySerializer());
    predictions = output(topics.predictions(), Prediction.class);
    shadows = output(topics.shadowPredictions(), Prediction.class);
    examples = output(topics.trainingExamples(), TrainingExample.class);
    evaluations = output(topics.evaluations(), Evaluation.class);
    graded = output(topics.gradedPredictions(), GradedPrediction.class);
    requests = output(topics.retrainRequests(), RetrainRequest.class);
    decisions = output(topics.decisions(), Decision.class);
    registryRecords =
        driver.createOutputTopic(
            topics.modelRegistry(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    deadLetters =
        driver.createOutputTopic(
            topics.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    // Offset 0, which the version says it was trained on.
    review("seen", "{\"text\":\"good\"}");
    predictions.readRecord();
  }

  @AfterEach
  void stop() {
    driver.close();
    batcher.close();
    slot.close();
  }

  @Test
  void reviewThenPredictionWithItsKeyTimeVersionAndPlace() {
    reviews.pipeInput(
        new TestRecord<>(
            bytes("r1"),
            bytes("{\"text\":\"a good kettle\",\"attributes\":{\"line\":\"kitchen\"},\"new\":1}"),
            START.minusSeconds(60)));

    TestRecord<String, Prediction> record = predictions.readRecord();
    assertThat(record.key()).isEqualTo("r1");
    assertThat(record.getRecordTime()).isEqualTo(START.minusSeconds(60));
    assertThat(header(record.headers(), SourceHeaders.PARTITION)).isEqualTo("0");
    assertThat(header(record.headers(), SourceHeaders.OFFSET)).isEqualTo("1");
    assertThat(record.value())
        .isEqualTo(
            new Prediction(
                "positive",
                0.9,
                Map.of("negative", 0.1, "positive", 0.9),
                "v000001-aaaaaaaa",
                START.minusSeconds(60),
                START,
                false,
                false));
  }

  @Test
  void reviewsOwnTimestampThenItIsTheEventTimeButNotWhatTheTopicForgetsBy() {
    review("r1", "{\"text\":\"good\",\"timestamp\":\"2025-06-01T12:00:00.500Z\"}");

    TestRecord<String, Prediction> record = predictions.readRecord();
    Instant written = Instant.parse("2025-06-01T12:00:00.500Z");
    assertThat(record.getRecordTime()).isEqualTo(START);
    assertThat(record.value().reviewTimestamp()).isEqualTo(written);
  }

  @Test
  void recordFromTheFutureThenPredictionAndDeadLetterAreOfNowSoThatBrokersTakeThem() {
    Instant future = START.plus(Duration.ofDays(365));
    reviews.pipeInput(new TestRecord<>(bytes("r1"), bytes("{\"text\":\"good\"}"), future));
    reviews.pipeInput(new TestRecord<>(bytes("bad"), bytes("not json"), future));

    assertThat(predictions.readRecord().getRecordTime()).isEqualTo(START);
    assertThat(deadLetters.readRecord().getRecordTime()).isEqualTo(START);
  }

  @Test
  void recordTooLargeForADeadLetterThenItsPlaceAndSizeAreKept() {
    reviews.pipeInput(new TestRecord<>(bytes("bad"), bytes("x".repeat(100_000)), START));

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(letter.value()).isEmpty();
    assertThat(header(letter.headers(), DeadLetterHeaders.DROPPED)).isEqualTo("100003");
    assertThat(header(letter.headers(), DeadLetterHeaders.OFFSET)).isEqualTo("1");
    assertThat(header(letter.headers(), DeadLetterHeaders.REASON)).isEqualTo("not_json");
  }

  @Test
  void labelTooLargeToProduceThenDeadLetterBeforeProducing() {
    labels.pipeInput(
        new TestRecord<>(
            bytes("r1"),
            bytes("{\"label\":\"positive\",\"source\":\"" + "s".repeat(20_000) + "\"}"),
            START));

    assertThat(header(deadLetters.readRecord().headers(), DeadLetterHeaders.REASON))
        .isEqualTo("output_too_large");
  }

  @Test
  void classDeclaredForTheNextTrainingThenItsLabelsAreTaken() {
    review("r1", "{\"text\":\"good\"}");
    label("r1", "neutral");

    assertThat(examples.readValue().label()).isEqualTo("neutral");
  }

  @Test
  void reviewAgainAfterItWasGradedThenItMayHaveBeenTrainedOnAndNeverCounts() {
    review("r1", "{\"text\":\"good\"}");
    label("r1", "positive");
    driver.advanceWallClockTime(Duration.ofMillis(10));
    review("r1", "{\"text\":\"good\"}");
    label("r1", "positive");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(examples.readRecordsToList()).hasSize(2);
    assertThat(latest("reviews/all/last_100").labels()).isEqualTo(1);
  }

  @Test
  void longReviewThenPredictionSaysTruncated() {
    review("r1", "{\"text\":\"" + "word ".repeat(100) + "\"}");

    assertThat(predictions.readValue().truncated()).isTrue();
  }

  @Test
  void nullKeyThenIdIsTopicPartitionOffset() {
    reviews.pipeInput(new TestRecord<>(null, bytes("{\"text\":\"good\"}"), START));

    assertThat(predictions.readRecord().key()).isEqualTo("reviews-0-1");
  }

  @Test
  void tombstonesThenTheyAreIgnoredAndCounted() {
    reviews.pipeInput(new TestRecord<>(bytes("r1"), null, START));
    labels.pipeInput(new TestRecord<>(bytes("r1"), null, START));

    assertThat(predictions.isEmpty()).isTrue();
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(
            meters
                .get(VerdictMeter.TOMBSTONES.meterName())
                .tag("topic", "reviews")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(
            meters
                .get(VerdictMeter.TOMBSTONES.meterName())
                .tag("topic", "labels")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "not json            | not_json      | value is not JSON",
        "[1,2]               | invalid_field | ",
        "null                | not_json      | value is null",
        "{}                  | missing_text  | text is missing",
        "{\"text\":null}     | missing_text  | text is missing",
        "{\"text\":5}        | invalid_field | text",
        "{\"text\":\" \\t\"} | blank_text    | text is blank",
        "{\"text\":\"a\",\"timestamp\":\"noon\"} | invalid_field | timestamp",
      })
  void badReviewThenDeadLetterWithReasonAndTheStreamGoesOn(
      String value, String reason, String message) {
    review("bad", value);
    review("next", "{\"text\":\"good\"}");

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo("bad");
    assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo(value);
    assertThat(header(letter.headers(), DeadLetterHeaders.TOPIC)).isEqualTo("reviews");
    assertThat(header(letter.headers(), DeadLetterHeaders.PARTITION)).isEqualTo("0");
    assertThat(header(letter.headers(), DeadLetterHeaders.OFFSET)).isEqualTo("1");
    assertThat(header(letter.headers(), DeadLetterHeaders.STAGE)).isEqualTo("decode");
    assertThat(header(letter.headers(), DeadLetterHeaders.REASON)).isEqualTo(reason);
    assertThat(header(letter.headers(), DeadLetterHeaders.MESSAGE))
        .contains(message == null ? "" : message);
    assertThat(header(letter.headers(), DeadLetterHeaders.EXCEPTION)).contains("RejectedException");
    assertThat(deadLettersCounted("decode", reason)).isEqualTo(1);
    assertThat(predictions.readRecord().key()).isEqualTo("next");
  }

  @Test
  void textTooLargeThenDeadLetter() {
    review("bad", "{\"text\":\"" + "x".repeat(1001) + "\"}");

    assertThat(header(deadLetters.readRecord().headers(), DeadLetterHeaders.MESSAGE))
        .isEqualTo("text has 1001 bytes, must have at most 1000");
  }

  @Test
  void rejectedAgainAfterItsReplayThenTheLetterStillSaysHowOftenItWasReplayed() {
    for (String value : List.of("oops", "x".repeat(70_000))) {
      TestRecord<byte[], byte[]> review = new TestRecord<>(bytes("bad"), bytes(value), START);
      review.headers().add(ReplayHeader.NAME, bytes("2"));
      reviews.pipeInput(review);

      assertThat(ReplayHeader.count(deadLetters.readRecord().headers())).isEqualTo(2);
    }
  }

  @Test
  void invalidUtf8ThenDeadLetterWithUntouchedBytes() {
    byte[] value = {
      '{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xC3, (byte) 0x28, '"', '}'
    };
    reviews.pipeInput(new TestRecord<>(bytes("bad"), value, START));

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(letter.value()).isEqualTo(value);
    assertThat(header(letter.headers(), DeadLetterHeaders.REASON)).isEqualTo("not_utf8");
  }

  @Test
  void modelFailsOnOneReviewThenItAloneIsADeadLetterWithTheModelsException() {
    review("bad", "{\"text\":\"explode\"}");
    review("next", "{\"text\":\"good\"}");

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(header(letter.headers(), DeadLetterHeaders.STAGE)).isEqualTo("inference");
    assertThat(header(letter.headers(), DeadLetterHeaders.EXCEPTION))
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(header(letter.headers(), DeadLetterHeaders.MESSAGE)).contains("exploded");
    assertThat(predictions.readRecord().key()).isEqualTo("next");
  }

  @Test
  void headersOfAReviewThenTheyPassToItsPredictionButThoseThatAreVerdictsOwn() {
    TestRecord<byte[], byte[]> review =
        new TestRecord<>(bytes("r1"), bytes("{\"text\":\"good\"}"), START);
    review.headers().add("traceparent", bytes(TRACE));
    review.headers().add("shop", bytes("a")).add("shop", bytes("b"));
    review.headers().add(SourceHeaders.OFFSET, bytes("77"));
    review.headers().add(ReplayHeader.NAME, bytes("1"));
    review.headers().add(DeadLetterHeaders.REASON, bytes("not_json"));
    reviews.pipeInput(review);

    assertThat(names(predictions.readRecord().headers()))
        .containsExactly(
            "traceparent=" + TRACE,
            "shop=a",
            "shop=b",
            SourceHeaders.PARTITION + "=0",
            SourceHeaders.OFFSET + "=1");
  }

  @Test
  void moreHeadersThanMayPassThenThoseOfTheTraceAloneAndHowManyBytesThereWere() {
    TestRecord<byte[], byte[]> review =
        new TestRecord<>(bytes("r1"), bytes("{\"text\":\"good\"}"), START);
    review.headers().add("big", new byte[200_000]);
    review.headers().add("traceparent", bytes(TRACE));
    review.headers().add("tracestate", bytes("vendor=1"));
    review.headers().add("baggage", new byte[9000]);
    reviews.pipeInput(review);

    assertThat(names(predictions.readRecord().headers()))
        .containsExactly(
            "traceparent=" + TRACE,
            "tracestate=vendor=1",
            "verdict.dropped.headers.bytes=" + (200_003 + 9007),
            SourceHeaders.PARTITION + "=0",
            SourceHeaders.OFFSET + "=1");
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void badReviewThenItsDeadLetterKeepsEveryHeader() {
    TestRecord<byte[], byte[]> review = new TestRecord<>(bytes("r1"), bytes("oops"), START);
    review.headers().add("traceparent", bytes(TRACE)).add("shop", new byte[10_000]);
    reviews.pipeInput(review);

    assertThat(names(deadLetters.readRecord().headers()))
        .startsWith("traceparent=" + TRACE)
        .anyMatch(each -> each.startsWith("shop="));
  }

  @Test
  void labelWithATraceThenItGoesOnToTheGradedPredictionAndNoFurther() {
    review("r1", "{\"text\":\"good\"}");
    TestRecord<byte[], byte[]> label =
        new TestRecord<>(bytes("r1"), bytes("{\"label\":\"positive\"}"), START);
    label.headers().add("traceparent", bytes(TRACE)).add("shop", bytes("a"));
    labels.pipeInput(label);
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(names(graded.readRecord().headers())).containsExactly("traceparent=" + TRACE);
    assertThat(names(examples.readRecord().headers())).containsExactly("traceparent=" + TRACE);
    assertThat(evaluations.readRecordsToList())
        .isNotEmpty()
        .allMatch(each -> names(each.headers()).isEmpty());
  }

  @Test
  void shadowPredictionThenItBelongsToTheTraceOfItsReview() {
    Roles.challenge(slot, new FakeModel("v000001-aaaaaaaa"), new FakeModel("v000002-bbbbbbbb"));
    for (int i = 1; i <= 20; i++) {
      TestRecord<byte[], byte[]> review =
          new TestRecord<>(bytes("r" + i), bytes("{\"text\":\"good\"}"), START);
      review.headers().add("traceparent", bytes("trace of r" + i));
      reviews.pipeInput(review);
    }
    List<TestRecord<String, Prediction>> shadowed = new ArrayList<>();
    Awaitility.await()
        .until(
            () -> {
              driver.advanceWallClockTime(Duration.ofMillis(100));
              shadowed.addAll(shadows.readRecordsToList());
              return shadowed.size() >= 5;
            });

    assertThat(shadowed)
        .allMatch(each -> header(each.headers(), "traceparent").equals("trace of " + each.key()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "r1 | {\"label\":\"great\"}   | unknown_label | label is great, must be one of [neutral, negative, positive]",
        "r1 | {\"label\":\"\"}        | missing_label | label is missing",
        "r1 | {}                      | missing_label | label is missing",
        "   | {\"label\":\"negative\"}| missing_key   | label has no key",
        "r1 | oops                    | not_json      | value is not JSON",
      })
  void badLabelThenDeadLetter(String key, String value, String reason, String message) {
    labels.pipeInput(new TestRecord<>(key == null ? null : bytes(key), bytes(value), START));

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(header(letter.headers(), DeadLetterHeaders.TOPIC)).isEqualTo("labels");
    assertThat(header(letter.headers(), DeadLetterHeaders.REASON)).isEqualTo(reason);
    assertThat(header(letter.headers(), DeadLetterHeaders.MESSAGE)).contains(message);
  }

  @Test
  void labelAfterPredictionThenItIsGradedAndBecomesATrainingExample() {
    review("r1", "{\"text\":\"a good kettle\"}");
    label("r1", "negative");

    TestRecord<String, TrainingExample> example = examples.readRecord();
    assertThat(example.key()).isEqualTo("r1");
    assertThat(example.value().text()).isEqualTo("a good kettle");
    assertThat(example.value().label()).isEqualTo("negative");
    assertThat(example.value().predicted()).isEqualTo("positive");
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    Evaluation all = latest("reviews/all/last_100");
    assertThat(all.labels()).isEqualTo(1);
    assertThat(all.confusionMatrix()).isEqualTo(List.of(List.of(0L, 1L), List.of(0L, 0L)));
    assertThat(all.accuracy()).isZero();
  }

  @Test
  void labelBeforePredictionThenItWaits() {
    label("r1", "positive");
    assertThat(examples.isEmpty()).isTrue();

    review("r1", "{\"text\":\"good\"}");

    assertThat(examples.readRecord().value().label()).isEqualTo("positive");
    assertThat(examples.isEmpty()).isTrue();
  }

  @Test
  void sameLabelTwiceThenItCountsOnce() {
    review("r1", "{\"text\":\"good\"}");
    label("r1", "positive");
    label("r1", "positive");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(examples.readRecordsToList()).hasSize(1);
    assertThat(latest("reviews/all/last_100").labels()).isEqualTo(1);
    assertThat(labelsJoined("repeated")).isEqualTo(1);
  }

  @Test
  void labelChangedThenItTakesThePlaceOfTheFirstInEveryWindowAndAsAnExample() {
    review("r1", "{\"text\":\"good\"}");
    review("r2", "{\"text\":\"good\"}");
    label("r1", "negative");
    label("r2", "positive");
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(latest("reviews/all/last_100").accuracy()).isEqualTo(0.5);

    label("r1", "positive");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    Map<String, Evaluation> latest = evaluations.readKeyValuesToMap();
    for (String window : List.of("last_100", "1h", "30m_by_30m/2026-01-01T00:00:00.000Z")) {
      for (String version : List.of("all", "v000001-aaaaaaaa")) {
        assertThat(latest.get("reviews/%s/%s".formatted(version, window)).confusionMatrix())
            .as(window)
            .isEqualTo(List.of(List.of(0L, 0L), List.of(0L, 2L)));
      }
    }
    assertThat(labelsJoined("changed")).isEqualTo(1);
    assertThat(graded.readValuesToList().get(2).replaces().orElseThrow().actual())
        .isEqualTo("negative");
    assertThat(examples.readValuesToList().stream().map(TrainingExample::label))
        .containsExactly("negative", "positive", "positive");

    label("r1", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(latest("reviews/all/last_100").accuracy()).isEqualTo(0.5);
  }

  @Test
  void labelThatNoPredictionEverMeetsThenCountedAsOrphanOnce() {
    label("nobody", "positive");
    driver.advanceWallClockTime(Duration.ofDays(6));
    assertThat(labelsJoined("orphan")).isZero();

    driver.advanceWallClockTime(Duration.ofDays(2));
    driver.advanceWallClockTime(Duration.ofMinutes(5));
    assertThat(labelsJoined("orphan")).isEqualTo(1);
  }

  @Test
  void labelOfAnOlderReviewThenItCountsInTheWindowOfItsReview() {
    String earlier = START.minus(Duration.ofMinutes(35)).toString();
    review("r1", "{\"text\":\"good\",\"timestamp\":\"%s\"}".formatted(earlier));
    review("r2", "{\"text\":\"good\"}");
    label("r2", "positive");
    label("r1", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    Map<String, Evaluation> latest = evaluations.readKeyValuesToMap();
    Evaluation then = latest.get("reviews/all/30m_by_30m/2025-12-31T23:00:00.000Z");
    assertThat(then).as("its window closed with the grace").isNull();
    Evaluation now = latest.get("reviews/all/30m_by_30m/2026-01-01T00:00:00.000Z");
    assertThat(now.labels()).isEqualTo(1);
    assertThat(now.tooLate()).isEqualTo(1);
    assertThat(latest.get("reviews/all/1h").labels()).isEqualTo(2);
  }

  @Test
  void halfOfTheReviewsLabelledThenCoverageLagAndTimeThatIsComplete() {
    for (int i = 0; i < 10; i++) {
      review("r" + i, "{\"text\":\"good\"}");
    }
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    for (int i = 0; i < 5; i++) {
      labels.pipeInput(
          new TestRecord<>(
              bytes("r" + i),
              bytes(
                  "{\"label\":\"positive\",\"labeled_at\":\"%s\"}"
                      .formatted(START.plusSeconds(100))),
              START));
    }
    driver.advanceWallClockTime(Duration.ofSeconds(2));

    Evaluation hour = latest("reviews/all/1h");
    assertThat(hour.predictions()).hasValue(10);
    assertThat(hour.labelCoverage()).hasValue(0.5);
    assertThat(hour.labelLag().orElseThrow().p50()).isCloseTo(100, within(2.5));
    assertThat(hour.labelLag().orElseThrow().p99()).isCloseTo(100, within(2.5));
    assertThat(Duration.between(hour.completeUpTo().orElseThrow(), START).toSeconds())
        .isBetween(97L, 103L);
    assertThat(hour.logLoss()).isCloseTo(-Math.log(0.9), within(1e-9));
    assertThat(hour.expectedCalibrationError()).isCloseTo(0.1, within(1e-9));
    assertThat(hour.labelledThrough()).isEqualTo(4);
  }

  @Test
  void attributesThenEachValueHasItsScoresAndThoseBeyondTheBoundShareOne() {
    int reviewed = 0;
    for (String line : List.of("kitchen", "garden", "books", "toys", "kitchen")) {
      String id = "r" + reviewed++;
      review(id, "{\"text\":\"good\",\"attributes\":{\"line\":\"" + line + "\",\"shop\":\"x\"}}");
      label(id, "positive");
    }
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    Map<String, Evaluation> latest = evaluations.readKeyValuesToMap();
    assertThat(latest.get("reviews/all/last_100/line=kitchen").labels()).isEqualTo(2);
    assertThat(latest.get("reviews/all/last_100/line=garden").labels()).isEqualTo(1);
    assertThat(latest.get("reviews/all/last_100/line=other").labels()).isEqualTo(2);
    assertThat(latest.get("reviews/all/last_100/line=kitchen").segment()).contains("line=kitchen");
    assertThat(latest.keySet()).noneMatch(key -> key.contains("shop") || key.contains("books"));
  }

  @Test
  void everyValueCountedThenCoverageOfEachSegmentAndWithMoreValuesOfNone() {
    int reviewed = 0;
    for (String line : List.of("kitchen", "garden", "kitchen", "kitchen", "garden", "kitchen")) {
      ofLine("r" + reviewed++, line);
    }
    review("r6", "{\"text\":\"good\"}");
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    for (String id : List.of("r0", "r1", "r2", "r3", "r6")) {
      label(id, "positive");
    }
    driver.advanceWallClockTime(Duration.ofSeconds(2));

    Map<String, Evaluation> latest = evaluations.readKeyValuesToMap();
    assertThat(latest.get("reviews/all/1h/line=kitchen").predictions()).hasValue(4);
    assertThat(latest.get("reviews/all/1h/line=kitchen").labelCoverage()).hasValue(0.75);
    assertThat(latest.get("reviews/all/1h/line=garden").labelCoverage()).hasValue(0.5);
    assertThat(latest.get("reviews/all/1h").predictions()).hasValue(7);
    assertThat(latest.get("reviews/all/last_100/line=kitchen").labelCoverage()).isEmpty();

    ofLine("r7", "books");
    driver.advanceWallClockTime(Duration.ofSeconds(2));
    label("r4", "positive");
    label("r7", "positive");
    driver.advanceWallClockTime(Duration.ofSeconds(2));
    latest = evaluations.readKeyValuesToMap();
    assertThat(latest.get("reviews/all/1h/line=garden").labels()).isEqualTo(2);
    assertThat(latest.get("reviews/all/1h/line=garden").labelCoverage()).isEmpty();
    assertThat(latest.get("reviews/all/1h/line=other").labelCoverage()).isEmpty();
    assertThat(latest.get("reviews/all/1h").predictions()).hasValue(8);
  }

  private void ofLine(String id, String line) {
    review(id, "{\"text\":\"good\",\"attributes\":{\"line\":\"" + line + "\"}}");
  }

  @Test
  void reviewTwiceThenBothArePredictedAndTheLastIsGraded() {
    review("r1", "{\"text\":\"good\"}");
    driver.advanceWallClockTime(Duration.ofMillis(10));
    review("r1", "{\"text\":\"poor\"}");
    label("r1", "negative");

    assertThat(predictions.readRecordsToList()).hasSize(2);
    assertThat(examples.readValue().text()).isEqualTo("poor");
  }

  @Test
  void reviewSeenInTrainingThenItIsAnExampleButNeverCounts() {
    label("seen", "positive");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(examples.readRecordsToList()).hasSize(1);
    assertThat(evaluations.isEmpty()).isTrue();
  }

  @Test
  void retentionIsOverThenLabelFindsNoPrediction() {
    review("r1", "{\"text\":\"good\"}");
    driver.advanceWallClockTime(Duration.ofDays(8));
    label("r1", "positive");

    assertThat(examples.isEmpty()).isTrue();
  }

  @Test
  void versionsThenEachHasItsOwnScoresAndAllTogetherToo() {
    gradeMany(0, 4, "good", "positive");
    slot.swap(new FakeModel("v000002-bbbbbbbb"));
    gradeMany(4, 6, "good", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    Map<String, Evaluation> latest = evaluations.readKeyValuesToMap();
    assertThat(latest.get("reviews/v000001-aaaaaaaa/last_100").accuracy()).isEqualTo(1);
    assertThat(latest.get("reviews/v000002-bbbbbbbb/last_100").accuracy()).isZero();
    assertThat(latest.get("reviews/all/last_100").labels()).isEqualTo(6);
    assertThat(latest.get("reviews/all/last_100").accuracy()).isCloseTo(4 / 6.0, within(1e-9));
    assertThat(meters.get(VerdictMeter.MACRO_F1.meterName()).tag("version", "all").gauge().value())
        .isCloseTo(0.4, within(1e-9));
    assertThat(confusion("positive", "positive")).isEqualTo(4);
    assertThat(confusion("negative", "positive")).isEqualTo(2);
    assertThat(confusion("negative", "negative")).isZero();
    assertThat((double) meters.get(VerdictMeter.CONFIDENCE.meterName()).summary().count())
        .isEqualTo(
            meters.get(VerdictMeter.PREDICTIONS.meterName()).counters().stream()
                .mapToDouble(Counter::count)
                .sum());
  }

  private double confusion(String actual, String predicted) {
    return meters
        .get(VerdictMeter.CONFUSION.meterName())
        .tag("actual", actual)
        .tag("predicted", predicted)
        .gauge()
        .value();
  }

  @Test
  void championsIntervalBelowItsBoundThenOneRequestAndTheStoryInDecisions() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeMany(0, 9, "good", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(requests.isEmpty()).as("too few labels").isTrue();

    gradeMany(9, 30, "good", "negative");
    gradeMany(30, 40, "poor", "positive");
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeMany(40, 80, "good", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    TestRecord<String, RetrainRequest> request = requests.readRecord();
    assertThat(request.key()).isEqualTo("reviews");
    assertThat(request.value().trigger()).isEqualTo(RetrainRequest.Trigger.F1);
    assertThat(request.value().requestId()).isEqualTo("f1-v000001-aaaaaaaa-40");
    assertThat(requests.isEmpty()).as("one request until it is answered").isTrue();
    List<Decision> story = decisions.readValuesToList();
    assertThat(story.stream().map(each -> each.outcome().orElse("")))
        .containsExactly("champion_changed", "no_need", "too_few_labels", "requested");
    assertThat(story.get(3).decision()).isEqualTo("retrain");
    assertThat(story.get(3).phaseAfter()).contains("requested");
    assertThat(
            meters
                .get(VerdictMeter.RETRAIN_PHASE.meterName())
                .tag("phase", "requested")
                .gauge()
                .value())
        .isEqualTo(1);
  }

  @Test
  void runEndsThenCooldownAndTheNextRequestNeedsNewLabels() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeMany(0, 40, "good", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    String requestId = requests.readValue().requestId();
    run(requestId, TrainingRun.State.RUNNING);
    run(requestId, TrainingRun.State.REJECTED);
    gradeMany(40, 80, "good", "negative");
    driver.advanceWallClockTime(Duration.ofMinutes(9));
    assertThat(requests.isEmpty()).as("cooldown").isTrue();

    driver.advanceWallClockTime(Duration.ofMinutes(2));
    gradeMany(80, 81, "good", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(2));
    assertThat(requests.readRecordsToList()).hasSize(1);
  }

  @Test
  void requestByHandThenThePolicyWaitsForItsRunAndIgnoresWhatIsNoRequest() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    TestInputTopic<byte[], byte[]> byHand =
        driver.createInputTopic(
            topics.retrainRequests(), new ByteArraySerializer(), new ByteArraySerializer());
    byHand.pipeInput(new TestRecord<>(bytes("reviews"), bytes("oops"), START));
    byHand.pipeInput(new TestRecord<>(null, bytes("{\"request_id\":\"x\"}"), START));
    byHand.pipeInput(new TestRecord<>(bytes("other"), bytes("{\"request_id\":\"x\"}"), START));
    byHand.pipeInput(
        new TestRecord<>(bytes("reviews"), bytes("{\"request_id\":\"by-ops\"}"), START));
    gradeMany(0, 40, "good", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(requests.isEmpty()).isTrue();
    assertThat(decisions.readValuesToList().stream().map(each -> each.outcome().orElse("")))
        .containsExactly("champion_changed", "no_need", "manual");
  }

  @Test
  void championsErrorsRiseThenDriftIsToldThoughItMayNotRequest() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeMany(0, 320, "good", "positive");
    gradeMany(320, 480, "good", "negative");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(
            meters
                .get(VerdictMeter.DRIFT_SIGNALS.meterName())
                .tag("detector", "adwin")
                .tag("level", "drift")
                .counter()
                .count())
        .isPositive();
    assertThat(decisions.readValuesToList())
        .anyMatch(each -> each.rule().equals("drift") && each.decision().equals("wait"));
    assertThat(requests.readValuesToList())
        .allMatch(each -> each.trigger() == RetrainRequest.Trigger.F1);
  }

  @Test
  void challengerThenWhatItSaysOfItsShareFollowsWithTheReviewsKeyAndPlace() {
    // It says that it was trained on the reviews up to offset 20.
    Roles.challenge(
        slot, new FakeModel("v000001-aaaaaaaa"), new FakeModel("v000002-bbbbbbbb", Map.of(0, 20L)));
    for (int i = 1; i <= 60; i++) {
      review("r" + i, "{\"text\":\"good\"}");
    }
    IdShare share = new IdShare("shadow", 50);
    List<String> shared =
        IntStream.rangeClosed(1, 60)
            .mapToObj(i -> "r" + i)
            .filter(id -> share.contains(bytes(id)))
            .toList();

    List<TestRecord<String, Prediction>> shadowed = new ArrayList<>();
    Awaitility.await()
        .until(
            () -> {
              driver.advanceWallClockTime(Duration.ofMillis(100));
              shadowed.addAll(shadows.readRecordsToList());
              return shadowed.size() >= shared.size();
            });

    assertThat(shadowed.stream().map(TestRecord::key)).isEqualTo(shared).hasSizeBetween(15, 45);
    for (TestRecord<String, Prediction> record : shadowed) {
      int offset = Integer.parseInt(record.key().substring(1));
      assertThat(record.value().modelVersion()).isEqualTo("v000002-bbbbbbbb");
      assertThat(record.value().seenInTraining()).isEqualTo(offset <= 20);
      assertThat(record.getRecordTime()).isEqualTo(START);
      assertThat(header(record.headers(), SourceHeaders.OFFSET)).isEqualTo("" + offset);
    }
    assertThat(predictions.readValuesToList())
        .hasSize(60)
        .allMatch(each -> each.modelVersion().equals("v000001-aaaaaaaa"));
  }

  @Test
  void challengersPredictionsThenLabelsMeetTheChampionsAlone() {
    Roles.challenge(slot, new FakeModel("v000001-aaaaaaaa"), new FakeModel("v000002-bbbbbbbb"));
    gradeMany(0, 20, "good", "positive");
    Awaitility.await()
        .until(
            () -> {
              driver.advanceWallClockTime(Duration.ofMillis(100));
              return !shadows.isEmpty();
            });
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(examples.readValuesToList())
        .hasSize(20)
        .allMatch(each -> each.modelVersion().equals("v000001-aaaaaaaa"));
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void noChallengerThenNoShadowPredictions() {
    review("r1", "{\"text\":\"good\"}");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(shadows.isEmpty()).isTrue();
  }

  @Test
  void canaryThenTheIdDecidesWhoServesAndAReviewWithoutKeyGoesByItsMadeUpId() {
    Roles.canary(slot, new FakeModel("v000002-bbbbbbbb"), new FakeModel("v000001-aaaaaaaa"));
    for (int i = 1; i <= 60; i++) {
      reviews.pipeInput(
          new TestRecord<>(
              i % 2 == 0 ? null : bytes("r" + i), bytes("{\"text\":\"good\"}"), START));
    }

    IdShare share = new IdShare("canary", 30);
    List<TestRecord<String, Prediction>> served = predictions.readRecordsToList();
    assertThat(served).hasSize(60);
    for (TestRecord<String, Prediction> record : served) {
      assertThat(record.value().modelVersion())
          .as(record.key())
          .isEqualTo(share.contains(bytes(record.key())) ? "v000002-bbbbbbbb" : "v000001-aaaaaaaa");
    }
    assertThat(served.stream().map(each -> each.value().modelVersion()).distinct()).hasSize(2);
  }

  @Test
  void versionRefusedThenToldOnceForEachCauseUntilNobodyNamesIt() {
    aliases(Map.of("champion", "v000001-aaaaaaaa", "challenger", "v000002-bbbbbbbb"));
    refusals = List.of(new Refusal("challenger", "v000002-bbbbbbbb", "store", "no answer"));
    driver.advanceWallClockTime(Duration.ofSeconds(3));
    assertThat(told("refuse"))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.rule()).isEqualTo("store");
              assertThat(each.modelVersion()).isEqualTo("v000002-bbbbbbbb");
              assertThat(each.reason())
                  .isEqualTo("challenger v000002-bbbbbbbb is refused: no answer");
            });

    refusals = List.of(new Refusal("challenger", "v000002-bbbbbbbb", "checkpoint", "hash"));
    driver.advanceWallClockTime(Duration.ofSeconds(3));
    assertThat(told("refuse")).extracting(Decision::rule).containsExactly("checkpoint");

    refusals = List.of();
    aliases(Map.of("champion", "v000001-aaaaaaaa"));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    aliases(Map.of("champion", "v000001-aaaaaaaa", "challenger", "v000002-bbbbbbbb"));
    refusals = List.of(new Refusal("challenger", "v000002-bbbbbbbb", "checkpoint", "hash"));
    driver.advanceWallClockTime(Duration.ofSeconds(2));
    assertThat(told("refuse")).hasSize(1);
  }

  private List<Decision> told(String decision) {
    return decisions.readValuesToList().stream()
        .filter(each -> each.decision().equals(decision))
        .toList();
  }

  @Test
  void challengerBetterOnTheSameLabelsThenCanaryThenItServesAll() {
    aliases(Map.of("champion", "v000001-aaaaaaaa", "challenger", "v000002-bbbbbbbb"));
    Roles.challenge(slot, FakeModel.wrong("v000001-aaaaaaaa"), new FakeModel("v000002-bbbbbbbb"));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeRight(0, 300);
    List<Decision> story = trialStory(1);

    assertThat(story.get(0).decision()).isEqualTo("canary");
    assertThat(story.get(0).rule()).isEqualTo("challenger");
    assertThat(story.get(0).figures().get("shadow_evidence_better")).isGreaterThan(20);
    List<KeyValue<String, Optional<RegistryAlias>>> moved = moved();
    assertThat(moved.stream().map(each -> each.key))
        .containsExactly(
            "reviews/@previous", "reviews/@champion", "reviews/@canary", "reviews/@challenger");
    assertThat(moved.get(1).value.orElseThrow().version()).isEqualTo("v000002-bbbbbbbb");
    assertThat(moved.get(1).value.orElseThrow().decision()).contains(story.get(0));
    assertThat(moved.get(3).value).isEmpty();

    Map<String, String> canary =
        Map.of(
            "champion", "v000002-bbbbbbbb",
            "canary", "v000002-bbbbbbbb",
            "previous", "v000001-aaaaaaaa");
    aliases(canary);
    Roles.canary(slot, new FakeModel("v000002-bbbbbbbb"), FakeModel.wrong("v000001-aaaaaaaa"));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeRight(300, 600);
    driver.advanceWallClockTime(Duration.ofMinutes(9));
    assertThat(trialStory(0)).as("before its time is over").isEmpty();

    driver.advanceWallClockTime(Duration.ofMinutes(2));
    List<Decision> confirmed = trialStory(1);
    assertThat(confirmed).hasSize(1);
    assertThat(confirmed.get(0).decision()).isEqualTo("promote");
    assertThat(confirmed.get(0).rule()).isEqualTo("canary");
    assertThat(moved().stream().map(each -> each.key))
        .containsExactly("reviews/@champion", "reviews/@canary");
  }

  @Test
  void canaryWorseThanTheVersionBeforeThenRolledBackOnce() {
    aliases(
        Map.of(
            "champion", "v000002-bbbbbbbb",
            "canary", "v000002-bbbbbbbb",
            "previous", "v000001-aaaaaaaa"));
    Roles.canary(slot, FakeModel.wrong("v000002-bbbbbbbb"), new FakeModel("v000001-aaaaaaaa"));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeRight(0, 700);
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    List<Decision> story = trialStory(1);
    assertThat(story).hasSize(1);
    assertThat(story.get(0).decision()).isEqualTo("rollback");
    List<KeyValue<String, Optional<RegistryAlias>>> moved = moved();
    assertThat(moved.stream().map(each -> each.key))
        .containsExactly("reviews/@previous", "reviews/@champion", "reviews/@canary");
    assertThat(moved.get(1).value.orElseThrow().version()).isEqualTo("v000001-aaaaaaaa");
    assertThat(
            meters
                .get(VerdictMeter.TRIAL_DECISIONS.meterName())
                .tag("decision", "rollback")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void challengerWorseThenRejectedAndTheChampionStays() {
    aliases(Map.of("champion", "v000001-aaaaaaaa", "challenger", "v000002-bbbbbbbb"));
    Roles.challenge(slot, new FakeModel("v000001-aaaaaaaa"), FakeModel.wrong("v000002-bbbbbbbb"));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeRight(0, 300);

    assertThat(trialStory(1).get(0).decision()).isEqualTo("reject");
    assertThat(moved().stream().map(each -> each.key))
        .containsExactly("reviews/@rejected", "reviews/@challenger");
  }

  @Test
  void trialIsNotDecidedThenWhereItStandsIsToldAgainAsLabelsComeAndWhoEndedItToo() {
    aliases(Map.of("champion", "v000001-aaaaaaaa", "challenger", "v000002-bbbbbbbb"));
    Roles.challenge(slot, new FakeModel("v000001-aaaaaaaa"), new FakeModel("v000002-bbbbbbbb"));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    gradeRight(0, 100);
    List<Decision> told = new ArrayList<>();
    Awaitility.await()
        .until(
            () -> {
              driver.advanceWallClockTime(Duration.ofSeconds(30));
              told.addAll(waits());
              return told.stream().anyMatch(each -> each.figures().get("shadow_labels") > 0);
            });
    Decision last = told.get(told.size() - 1);
    assertThat(last.rule()).isEqualTo("challenger");
    assertThat(last.modelVersion()).isEqualTo("v000002-bbbbbbbb");
    assertThat(last.reason())
        .startsWith("challenger v000002-bbbbbbbb is neither shown to be better nor worse than");

    driver.advanceWallClockTime(Duration.ofMinutes(3));
    waits();
    driver.advanceWallClockTime(Duration.ofMinutes(3));
    assertThat(waits()).as("no label came").isEmpty();

    aliases(Map.of("champion", "v000001-aaaaaaaa"));
    driver.advanceWallClockTime(Duration.ofSeconds(2));
    assertThat(told("end"))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.rule()).isEqualTo("challenger");
              assertThat(each.reason()).startsWith("the aliases were moved while v000002-bbbbbbbb");
              assertThat(each.figures()).containsKey("shadow_labels");
            });
  }

  private List<Decision> waits() {
    return told("wait").stream().filter(each -> each.rule().equals("challenger")).toList();
  }

  /** Reviews of both classes with the labels that they should have. */
  private void gradeRight(int from, int to) {
    for (int i = from; i < to; i++) {
      review("t" + i, "{\"text\":\"" + (i % 2 == 0 ? "good" : "poor") + "\"}");
      label("t" + i, i % 2 == 0 ? "positive" : "negative");
    }
  }

  /** What was decided on a challenger or canary since this was last asked, once it is so much. */
  private List<Decision> trialStory(int least) {
    List<Decision> story = new ArrayList<>();
    Awaitility.await()
        .until(
            () -> {
              driver.advanceWallClockTime(Duration.ofMillis(100));
              decisions.readValuesToList().stream()
                  .filter(each -> List.of("challenger", "canary").contains(each.rule()))
                  .filter(each -> !each.decision().equals("wait"))
                  .forEach(story::add);
              return story.size() >= least;
            });
    return story;
  }

  private List<KeyValue<String, Optional<RegistryAlias>>> moved() {
    return registryRecords.readKeyValuesToList().stream()
        .map(
            each ->
                KeyValue.pair(
                    new String(each.key, StandardCharsets.UTF_8),
                    Optional.ofNullable(each.value).map(VerdictTopologyTest::alias)))
        .toList();
  }

  private static RegistryAlias alias(byte[] value) {
    try {
      return Json.read(value, RegistryAlias.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void topologyThenItIsTheOneThatWasReviewed() throws IOException {
    String described = topology().describe().toString();
    Path checkedIn = Path.of("src/test/resources/topology.txt");
    Path actual = Files.writeString(Path.of("target/topology.txt"), described);

    assertThat(described)
        .as(
            "Names of nodes, stores and topics are what an upgrade finds its state by; when a"
                + " change is meant, copy %s to %s",
            actual, checkedIn)
        .isEqualTo(Files.readString(checkedIn));
  }

  private void gradeMany(int from, int to, String text, String label) {
    for (int i = from; i < to; i++) {
      review("g" + i, "{\"text\":\"" + text + "\"}");
      label("g" + i, label);
    }
  }

  /** The registry names a champion and nothing else. */
  private void serves(String version) {
    aliases(Map.of("champion", version));
  }

  private void aliases(Map<String, String> aliases) {
    Map<String, ModelManifest> manifests = new HashMap<>();
    aliases.values().forEach(version -> manifests.put(version, new FakeModel(version).manifest()));
    long revision = registry.map(RegistryView::revision).orElse(-1L) + 1;
    registry = Optional.of(new RegistryView(revision, new RegistryState(manifests, aliases)));
  }

  private void run(String requestId, TrainingRun.State state) {
    driver
        .createInputTopic(
            topics.trainingRuns(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                bytes("run"),
                bytes(
                    "{\"run_id\":\"run\",\"request_id\":\"%s\",\"state\":\"%s\",\"updated_at\":\"%s\"}"
                        .formatted(requestId, state.wireName(), START)),
                START));
  }

  private Evaluation latest(String key) {
    return evaluations.readKeyValuesToMap().get(key);
  }

  private double labelsJoined(String outcome) {
    return meters
        .get(VerdictMeter.LABELS_JOINED.meterName())
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  private double deadLettersCounted(String stage, String reason) {
    return meters
        .get(VerdictMeter.DEAD_LETTERS.meterName())
        .tag("stage", stage)
        .tag("reason", reason)
        .counter()
        .count();
  }

  private void review(String id, String value) {
    reviews.pipeInput(new TestRecord<>(bytes(id), bytes(value), START));
  }

  private void label(String id, String label) {
    labels.pipeInput(new TestRecord<>(bytes(id), bytes("{\"label\":\"" + label + "\"}"), START));
  }

  private <T> TestOutputTopic<String, T> output(String topic, Class<T> type) {
    return driver.createOutputTopic(
        topic, new StringDeserializer(), new JsonSerde<>(type).deserializer());
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
                List.of("neutral"),
                Duration.ofDays(7),
                new EvaluationPlan(
                    List.of(WINDOW, WindowSpec.parse("1h"), WindowSpec.parse("30m_by_30m")),
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
                    new ChallengerTrial(TRIAL)),
                new SignalRules(
                    2000,
                    InputDrift.Rule.USUAL,
                    F1Explanation.Rule.USUAL,
                    version -> Optional.empty()),
                slot::manifest,
                () -> registry,
                () -> refusals,
                new StreamMeters(meters, () -> Set.of("v000001-aaaaaaaa", "v000002-bbbbbbbb")),
                ProcessingListener.silent()))
        .build(SettingsLoader.load(Optional.empty(), Map.of(), Map.of()).kafkaStreams(8));
  }

  private static List<String> names(Headers headers) {
    return Arrays.stream(headers.toArray())
        .map(each -> each.key() + "=" + new String(each.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private static String header(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
