package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The indices were computed by a Python program from the paper's p, s and levels, by counts; MOA
 * 2023.04 (class DDM) gives the same drifts with 300 instances.
 */
class DriftDetectionMethodTest {
  private static final DriftDetectionMethod.Config AS_PUBLISHED =
      new DriftDetectionMethod.Config(30, 2, 3);

  @Test
  void rateStaysThenNoDriftButWarnings() {
    assertThat(ErrorStream.still().drifts(detector())).isEmpty();
    assertThat(ErrorStream.still().warnings(detector())).hasSize(298).startsWith(905, 906, 907);
  }

  @Test
  void rateJumpsThenADriftAtTheIndexOfTheOracle() {
    assertThat(ErrorStream.abrupt().drifts(detector())).containsExactly(2023);
    assertThat(ErrorStream.abrupt().warnings(detector()))
        .hasSize(742)
        .startsWith(1092, 1093, 1094)
        .doesNotContain(2023);
  }

  @Test
  void rateCreepsUpThenDriftsAtTheIndicesOfTheOracle() {
    assertThat(ErrorStream.gradual().drifts(detector())).containsExactly(2602, 3238);
  }

  @Test
  void rateFallsThenNoDriftAndTheNextRiseIsOne() {
    assertThat(ErrorStream.falling().drifts(detector())).isEmpty();
    assertThat(ErrorStream.steps().drifts(detector())).containsExactly(1063, 3482);
  }

  @Test
  void instancesOfThePaperThenDriftsAtTheIndicesOfTheOracle() {
    assertThat(ErrorStream.still().drifts(published())).containsExactly(53);
    assertThat(ErrorStream.still().warnings(published())).hasSize(16).startsWith(38, 39, 40);
    assertThat(ErrorStream.gradual().drifts(published()))
        .containsExactly(77, 267, 631, 689, 2772, 3773);
    assertThat(ErrorStream.falling().drifts(published())).containsExactly(252);
  }

  @Test
  void faultlessStartThenTheFirstMistakeIsNoDrift() {
    DriftDetector detector = published();
    double[] errors = new double[101];
    errors[100] = 1;

    for (double error : errors) {
      detector.update(error);
      assertThat(detector.drift() || detector.warning()).isFalse();
    }
  }

  @Test
  void nothingButMistakesThenNoDrift() {
    DriftDetector detector = published();
    double[] errors = new double[1000];
    Arrays.fill(errors, 1);

    for (double error : errors) {
      detector.update(error);
      assertThat(detector.drift() || detector.warning()).isFalse();
    }
  }

  private static DriftDetector detector() {
    return DriftDetectionMethod.Config.DEFAULT.create();
  }

  private static DriftDetector published() {
    return AS_PUBLISHED.create();
  }
}
