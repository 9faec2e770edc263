package dev.verdict.streams.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentActivityTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);
  private final RecentActivity recent = new RecentActivity(3, clock::get);

  @Test
  void fastStreamThenTwoASecondAreKept() {
    for (int i = 0; i < 1000; i++) {
      predicted("r" + i, "text");
      clock.addAndGet(1_000_000);
    }

    assertThat(recent.predictions())
        .extracting(RecentActivity.Predicted::id)
        .containsExactly("r500", "r0");
  }

  @Test
  void moreThanAreKeptThenTheNewestFirst() {
    for (int i = 0; i < 5; i++) {
      later("r" + i, "text");
    }

    assertThat(recent.predictions())
        .extracting(RecentActivity.Predicted::id)
        .containsExactly("r4", "r3", "r2");
  }

  @Test
  void labelComesThenItIsBesideItsPredictionAlone() {
    later("r1", "text");
    later("r2", "text");

    assertThat(recent.isKept("r1")).isTrue();
    assertThat(recent.isKept("r3")).isFalse();
    recent.labelled("r1", "negative");
    recent.labelled("r3", "negative");

    assertThat(recent.predictions().get(1).actual()).contains("negative");
    assertThat(recent.predictions().get(0).actual()).isEmpty();
  }

  @Test
  void longTextThenItIsCutBetweenCharacters() {
    later("r1", "x".repeat(599) + "😀".repeat(10));

    RecentActivity.Predicted kept = recent.predictions().get(0);
    assertThat(kept.text()).isEqualTo("x".repeat(599));
    assertThat(kept.shortened()).isTrue();
  }

  @Test
  void noneAreToBeKeptThenNoTextIsHeld() {
    RecentActivity none = new RecentActivity(0, clock::get);
    clock.addAndGet(RecentActivity.PACE.toNanos());
    none.predicted(bytes("r1"), "private", prediction());

    assertThat(none.predictions()).isEmpty();
    assertThat(none.keepsPredictions()).isFalse();
  }

  @Test
  void deadLettersThenTheNewestTenWithPlaceAndReason() {
    for (int i = 0; i < 30; i++) {
      recent.rejected(
          "reviews",
          2,
          i,
          new RejectedException(
              RejectedException.Stage.DECODE, RejectedException.Reason.BLANK_TEXT, "blank"));
    }

    assertThat(recent.letters()).hasSize(10);
    RecentActivity.Letter newest = recent.letters().get(0);
    assertThat(newest.offset()).isEqualTo(29);
    assertThat(newest.stage()).isEqualTo("decode");
    assertThat(newest.reason()).isEqualTo("blank_text");
  }

  private void later(String id, String text) {
    clock.addAndGet(RecentActivity.PACE.toNanos());
    predicted(id, text);
  }

  private void predicted(String id, String text) {
    recent.predicted(bytes(id), text, prediction());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Prediction prediction() {
    return new Prediction(
        "positive",
        0.9,
        Map.of("positive", 0.9, "negative", 0.1),
        "v1",
        Instant.EPOCH,
        Instant.EPOCH,
        false,
        false);
  }
}
