package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MatrixProductPeakTest {
  @Test
  void measuredThenAPlausibleSpeed() {
    // From one slow core to a large server.
    assertThat(MatrixProductPeak.measureGflops(128, Duration.ofMillis(5))).isBetween(0.1, 1e5);
  }
}
