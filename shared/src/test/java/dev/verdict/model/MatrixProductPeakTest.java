package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MatrixProductPeakTest {
  @Test
  void measuredThenAPlausibleSpeed() {
    try (MatrixProductPeak peak = MatrixProductPeak.open(128)) {
      // From one slow core to a large server.
      assertThat(peak.measureGflops(Duration.ofMillis(5))).isBetween(0.1, 1e5);
    }
  }
}
