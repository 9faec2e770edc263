package dev.verdict.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShadowPaceTest {
  private static final Duration BUDGET = Duration.ofMillis(20);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void measuredAsideThenAsManyTokensAsTheBudgetHasTimeFor() {
    assertThat(new ShadowPace(BUDGET, 5000, 0).tokens()).isEqualTo(100);
    assertThat(new ShadowPace(BUDGET, 49, 0).tokens()).isZero();
  }

  @Test
  void slowerThanThoughtThenLessAtOnceAndFasterThenMoreByHalf() {
    ShadowPace pace = new ShadowPace(BUDGET, 5000, 0);

    pace.ran(100, Duration.ofMillis(40), 0);
    assertThat(pace.tokens()).isEqualTo(50);
    pace.ran(50, Duration.ofMillis(10), 0);
    assertThat(pace.tokens()).isEqualTo(75);
  }

  @Test
  void tooSlowForOneReviewThenOneIsTriedAfterPausesThatDouble() {
    ShadowPace pace = new ShadowPace(BUDGET, 10, 5 * SECOND);
    assertThat(pace.mayProbe(5 * SECOND + 199_999_999)).isFalse();
    assertThat(pace.mayProbe(5 * SECOND + 200_000_000)).isTrue();

    pace.ran(10, Duration.ofSeconds(1), 16 * SECOND);
    assertThat(pace.mayProbe(16 * SECOND + 399_999_999)).isFalse();
    assertThat(pace.mayProbe(16 * SECOND + 400_000_000)).isTrue();

    for (int i = 0; i < 10; i++) {
      pace.ran(10, Duration.ofSeconds(1), 20 * SECOND);
    }
    assertThat(pace.mayProbe(30 * SECOND - 1)).isFalse();
    assertThat(pace.mayProbe(30 * SECOND)).isTrue();
  }

  @Test
  void fastAgainThenTheNextBusyMomentCostsTheShortestPause() {
    ShadowPace pace = new ShadowPace(BUDGET, 10, 0);
    for (int i = 0; i < 10; i++) {
      pace.ran(10, Duration.ofSeconds(1), SECOND);
    }
    pace.ran(20, Duration.ofMillis(5), 2 * SECOND);

    assertThat(pace.mayProbe(2 * SECOND + 200_000_000)).isTrue();
  }
}
