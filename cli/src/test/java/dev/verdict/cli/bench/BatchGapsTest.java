package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchGapsTest {
  private static final long MILLI = 1_000_000;
  private final BatchGaps gaps = new BatchGaps();

  @Test
  void batchesThenLongestTimeFromOneToTheNext() {
    batchesAt(10, 20, 50, 60);

    assertThat(gaps.longestMillis(5 * MILLI, 65 * MILLI)).isEqualTo(30);
    assertThat(gaps.usualMillis()).isEqualTo(10);
  }

  @Test
  void noBatchWithinThenAllOfTheTime() {
    batchesAt(10, 20);

    assertThat(gaps.longestMillis(30 * MILLI, 90 * MILLI)).isEqualTo(60);
  }

  @Test
  void stillNoBatchAtTheEndThenThatCounts() {
    batchesAt(10, 20);

    assertThat(gaps.longestMillis(0, 100 * MILLI)).isEqualTo(80);
  }

  @Test
  void trialOfAVersionThenNoBatch() {
    batchesAt(10, 50);
    gaps.ran(20 * MILLI, 30 * MILLI, 1);

    assertThat(gaps.longestMillis(10 * MILLI, 50 * MILLI)).isEqualTo(40);
  }

  private void batchesAt(long... millis) {
    for (long end : millis) {
      gaps.ran((end - 1) * MILLI, end * MILLI, 64);
    }
  }
}
