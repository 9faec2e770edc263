package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureRateTest {
  private final FailureRate rate = new FailureRate(3, Duration.ofNanos(100));

  @Test
  void moreThanBorneWithinTheWindowThenExceeded() {
    assertThat(rate.exceededBy(0)).isFalse();
    assertThat(rate.exceededBy(10)).isFalse();
    assertThat(rate.exceededBy(20)).isFalse();
    assertThat(rate.exceededBy(99)).isTrue();
    assertThat(rate.recent()).isEqualTo(4);
  }

  @Test
  void nowAndThenForeverThenNeverExceeded() {
    for (int i = 0; i < 1000; i++) {
      assertThat(rate.exceededBy(i * 34L)).isFalse();
    }
  }
}
