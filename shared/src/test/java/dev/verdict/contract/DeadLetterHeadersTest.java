package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeadLetterHeadersTest {
  private final Headers headers = new RecordHeaders();

  private String text(String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Test
  void recordRejectedThenPlaceAndReasonBesideItsOwnHeaders() {
    headers.add("trace", new byte[] {1, 2});

    DeadLetterHeaders.add(
        headers,
        "reviews",
        3,
        42L,
        1_700_000_000_123L,
        new RejectedException(Stage.DECODE, Reason.BLANK_TEXT, "text is blank – étrange"));

    assertThat(text("__streams.errors.topic")).isEqualTo("reviews");
    assertThat(text("__streams.errors.partition")).isEqualTo("3");
    assertThat(text("__streams.errors.offset")).isEqualTo("42");
    assertThat(text("__streams.errors.timestamp")).isEqualTo("1700000000123");
    assertThat(text("__streams.errors.stage")).isEqualTo("decode");
    assertThat(text("__streams.errors.reason")).isEqualTo("blank_text");
    assertThat(text("__streams.errors.message")).isEqualTo("text is blank – étrange");
    assertThat(text("__streams.errors.exception")).isEqualTo(RejectedException.class.getName());
    assertThat(headers.lastHeader("trace").value()).containsExactly(1, 2);
    assertThat(headers).hasSize(9);
  }

  @Test
  void longMessageThenCutSoThatTheRecordStaysSmall() {
    DeadLetterHeaders.add(
        headers,
        "reviews",
        0,
        0,
        5,
        new RejectedException(Stage.INFERENCE, Reason.INFERENCE_FAILED, "m".repeat(100_000)));

    assertThat(text("__streams.errors.message")).hasSize(2000).endsWith("m…");
  }

  @Test
  void causeKnownThenItsClassIsTheException() {
    DeadLetterHeaders.add(
        headers,
        "reviews",
        0,
        0,
        5,
        new RejectedException(
            Stage.INFERENCE, Reason.INFERENCE_FAILED, "m", new IllegalStateException("native")));

    assertThat(text("__streams.errors.exception")).isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void deadLetterSentAgainAndRejectedAgainThenTheLastPlaceAlone() {
    RejectedException fault = new RejectedException(Stage.DECODE, Reason.NOT_JSON, "m");
    DeadLetterHeaders.add(headers, "reviews", 0, 1, 5, fault);
    DeadLetterHeaders.add(headers, "reviews", 0, 2, 5, fault);

    assertThat(text(DeadLetterHeaders.OFFSET)).isEqualTo("2");
    assertThat(headers.headers(DeadLetterHeaders.OFFSET)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonThenReadBack(Reason reason) {
    for (Stage stage : Stage.values()) {
      DeadLetterHeaders.add(headers, "t", 0, 0, 5, new RejectedException(stage, reason, "m"));

      assertThat(DeadLetterHeaders.stage(headers)).isEqualTo(stage);
      assertThat(DeadLetterHeaders.reason(headers)).isEqualTo(reason);
    }
  }

  @Test
  void placeOfTheReviewThenInItsPredictionsHeaders() {
    SourceHeaders.add(headers, 5, 1L << 33);

    assertThat(text("verdict.review.partition")).isEqualTo("5");
    assertThat(text("verdict.review.offset")).isEqualTo("8589934592");
  }
}
