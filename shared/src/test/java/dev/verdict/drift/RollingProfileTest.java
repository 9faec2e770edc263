package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollingProfileTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<ReviewSignals> REVIEWS = DriftSamples.REFERENCE;

  @Test
  void panesOfReviewsThenTheLastOnesRecounted() {
    RollingProfile rolling = new RollingProfile(PaneRule.ofReviews(4, 50));
    for (int i = 0; i < REVIEWS.size(); i++) {
      rolling.add(REVIEWS.get(i), START);

      int from = Math.max(0, (i / 50 - 3) * 50);
      assertThat(rolling.profile())
          .isEqualTo(DriftSamples.sketch(REVIEWS.subList(from, i + 1)).profile());
    }
    assertThat(rolling.reviews()).isEqualTo(200);
  }

  @Test
  void panesOfTimeThenOlderReviewsAreForgotten() {
    RollingProfile rolling = new RollingProfile(PaneRule.ofTime(3, Duration.ofMinutes(10)));
    for (int minute = 0; minute < 60; minute++) {
      rolling.add(REVIEWS.get(minute), START.plus(Duration.ofMinutes(minute)));
    }

    assertThat(rolling.profile()).isEqualTo(DriftSamples.sketch(REVIEWS.subList(30, 60)).profile());
    assertThat(rolling.add(REVIEWS.get(60), START.plus(Duration.ofMinutes(29)))).isFalse();
    assertThat(rolling.add(REVIEWS.get(60), START.plus(Duration.ofMinutes(30)))).isTrue();
    assertThat(rolling.reviews()).isEqualTo(31);
  }

  @Test
  void writtenAtAnyPointThenReadBackAndGoesOnAlike() {
    PaneRule rule = PaneRule.ofReviews(3, 70);
    RollingProfile rolling = new RollingProfile(rule);
    RollingProfile restored = new RollingProfile(rule);
    for (ReviewSignals review : REVIEWS) {
      rolling.add(review, START);
      restored = RollingProfile.fromBytes(rule, restored.toBytes());
      restored.add(review, START);
    }

    assertThat(restored.toBytes()).isEqualTo(rolling.toBytes());
    assertThat(restored.profile()).isEqualTo(rolling.profile());
  }

  @Test
  void anotherRuleThenRefused() {
    byte[] bytes = new RollingProfile(PaneRule.ofReviews(3, 70)).toBytes();

    assertThatThrownBy(() -> RollingProfile.fromBytes(PaneRule.ofReviews(3, 71), bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another rule");
    assertThatThrownBy(() -> PaneRule.ofReviews(3, 0)).hasMessageContaining("0 reviews");
    assertThatThrownBy(() -> PaneRule.ofTime(3, Duration.ZERO)).hasMessageContaining("PT0S");
  }
}
