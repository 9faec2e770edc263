package dev.verdict.cli.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.Colours;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RecordFormsTest {
  private static final long TIME = Instant.parse("2026-01-05T10:00:00.041Z").toEpochMilli();

  @Test
  void predictionThenItsLabelProbabilityAndVersion() {
    assertThat(
            line(
                FollowedTopic.PREDICTIONS,
                "r-1",
                """
                {"label":"positive","probability":0.9731,"probabilities":{"negative":0.0269},
                 "model_version":"v000002-5c8b1b34","review_timestamp":"2026-01-05T09:00:00.000Z",
                 "predicted_at":"2026-01-05T11:00:00.000Z","truncated":true,
                 "seen_in_training":false}"""))
        .isEqualTo("2026-01-05T11:00:00.000Z  r-1  positive  97.3%  v000002-5c8b1b34  [truncated]");
  }

  @Test
  void evaluationThenItsScoreAndHowSureItIs() {
    assertThat(
            line(
                FollowedTopic.EVALUATIONS,
                "reviews/all/last_1000",
                """
                {"macro_f1":0.8724,"macro_f1_interval":{"low":0.8504,"high":0.8948},
                 "accuracy":0.89,"labels":1000,"label_coverage":0.98}"""))
        .isEqualTo(
            "2026-01-05T10:00:00.041Z  reviews/all/last_1000  macro F1 0.8724  (0.8504 to 0.8948)"
                + "  accuracy 0.8900  1,000 labels  coverage 98.0%");
  }

  @Test
  void otherTopicsThenWhatTheyAreAbout() {
    assertThat(
            line(
                FollowedTopic.DECISIONS,
                "reviews",
                """
                {"decision":"retrain","rule":"f1","model_version":"v1","outcome":"requested",
                 "reason":"macro F1 is low","decided_at":"2026-01-05T11:00:00.000Z"}"""))
        .isEqualTo("2026-01-05T11:00:00.000Z  retrain  f1  v1  requested  macro F1 is low");
    assertThat(
            line(
                FollowedTopic.TRAINING_RUNS,
                "reviews/0-3",
                """
                {"request_id":"by-hand-1","state":"running","step":120,"steps":300,"loss":0.41,
                 "validation_macro_f1":0.83,"eta_seconds":7.0}"""))
        .isEqualTo(
            "2026-01-05T10:00:00.041Z  reviews/0-3  running  by-hand-1  step 120 of 300"
                + "  loss 0.4100  validation F1 0.8300  ETA 7 s");
    assertThat(
            line(
                FollowedTopic.DRIFT,
                "reviews/v1",
                """
                {"reviews":2040,"level":"moderate","features":{"text_length":{"psi":0.14}},
                 "estimated_macro_f1":0.88,"realised":{"macro_f1":0.8724}}"""))
        .isEqualTo(
            "2026-01-05T10:00:00.041Z  reviews/v1  change moderate (text_length, PSI 0.140)"
                + "  F1 estimated 0.8800  realised 0.8724  2,040 reviews");
    assertThat(
            line(
                FollowedTopic.GRADED_PREDICTIONS,
                "r-1",
                "{\"actual\":\"negative\",\"predicted\":\"positive\",\"confidence\":0.97}"))
        .isEqualTo("2026-01-05T10:00:00.041Z  r-1  wrong  positive, is negative  97.0%");
    assertThat(line(FollowedTopic.MODEL_REGISTRY, "reviews/@champion", "{\"version\":\"v1\"}"))
        .isEqualTo("2026-01-05T10:00:00.041Z  reviews/@champion  v1");
  }

  @Test
  void valueIsAnythingElseThenItIsShownAndCannotSteerTheTerminal() {
    for (FollowedTopic topic : FollowedTopic.values()) {
      assertThat(line(topic, "k\u001B[2J", "{\"label\": 5, \"text\": [1], \"state\": {}}"))
          .doesNotContain("\u001B");
      assertThat(line(topic, "k", "\u001B[2J no json")).doesNotContain("\u001B");
      assertThat(line(topic, "k", "[]")).isNotEmpty();
    }
    assertThat(line(FollowedTopic.PREDICTIONS, "k", "{\"label\":\"\u009B31m\"}"))
        .contains("\\u{9b}31m");
    ConsumerRecord<byte[], byte[]> removed =
        new ConsumerRecord<>(
            "t",
            0,
            0,
            TIME,
            TimestampType.CREATE_TIME,
            0,
            0,
            null,
            null,
            new RecordHeaders(),
            Optional.empty());
    assertThat(new RecordLine(FollowedTopic.PREDICTIONS, new Colours(false)).of(removed))
        .isEqualTo("2026-01-05T10:00:00.041Z  (no key)  (removed)");
  }

  @Test
  void jsonThenAllOfTheRecord() {
    ConsumerRecord<byte[], byte[]> record = record("r-1", "{\"label\":\"positive\",\"n\":1.50}");
    record.headers().add("verdict.review.offset", "7".getBytes(StandardCharsets.UTF_8));
    assertThat(RecordJson.of(record))
        .isEqualTo(
            "{\"topic\":\"t\",\"partition\":1,\"offset\":42,\"time\":\"2026-01-05T10:00:00.041Z\","
                + "\"key\":\"r-1\",\"value\":{\"label\":\"positive\",\"n\":1.5},"
                + "\"headers\":{\"verdict.review.offset\":\"7\"}}");
    assertThat(RecordJson.of(record("r-1", "plain"))).contains("\"value_text\":\"plain\"");
    assertThat(
            RecordJson.of(
                new ConsumerRecord<>("t", 1, 42, new byte[] {(byte) 0xff}, (byte[]) null)))
        .contains("\"key_base64\":\"/w==\"")
        .contains("\"value\":null");
  }

  @Test
  void noColorIsSetThenNoneEvenOnATerminal() {
    assertThat(Colours.of(true, Map.of()).bad("x")).isEqualTo("\u001B[31mx\u001B[0m");
    assertThat(Colours.of(true, Map.of("NO_COLOR", "1")).bad("x")).isEqualTo("x");
    assertThat(Colours.of(true, Map.of("NO_COLOR", "")).on()).isTrue();
    assertThat(Colours.of(false, Map.of()).bad("x")).isEqualTo("x");
  }

  private static String line(FollowedTopic topic, String key, String value) {
    return new RecordLine(topic, new Colours(false)).of(record(key, value));
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, String value) {
    return new ConsumerRecord<>(
        "t",
        1,
        42,
        TIME,
        TimestampType.CREATE_TIME,
        0,
        0,
        key.getBytes(StandardCharsets.UTF_8),
        value.getBytes(StandardCharsets.UTF_8),
        new RecordHeaders(),
        Optional.empty());
  }
}
