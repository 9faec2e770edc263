package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
  @Test
  void steadyThenAsManyWaitAsMay() {
    assertThat(Arrivals.STEADY.next(0, 0)).isEqualTo(8192);
    assertThat(Arrivals.STEADY.next(8192, 100)).isEqualTo(8292);
  }

  @Test
  void burstyThenNoneComesBeforeAllAreAnswered() {
    assertThat(Arrivals.BURSTY.next(0, 0)).isEqualTo(2048);
    assertThat(Arrivals.BURSTY.next(2048, 2047)).isEqualTo(2048);
    assertThat(Arrivals.BURSTY.next(2048, 2048)).isEqualTo(4096);
  }
}
