package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureScalingTest {
  private static final float LN_9 = (float) Math.log(9);

  @Test
  void ninetyPercentSureAndThreeOfFourRightThenTemperatureTwo() {
    float[][] logits = {{LN_9, 0}, {LN_9, 0}, {0, LN_9}, {0, LN_9}};

    TemperatureScaling fitted = TemperatureScaling.fit(logits, new int[] {0, 0, 1, 0});

    assertThat(fitted.temperature()).isCloseTo(2, within(1e-6));
    assertThat(fitted.apply(logits)[0]).containsExactly(new float[] {0.75f, 0.25f}, within(1e-6f));
  }

  @Test
  void logProbabilitiesInsteadOfLogitsThenTheSameTemperature() {
    float[][] logits = logits(300, 4, 3, new Random(5));
    int[] labels = labels(logits, 2, new Random(6));
    float[][] shifted = new float[logits.length][];
    for (int row = 0; row < logits.length; row++) {
      float[] probabilities = TemperatureScaling.NONE.apply(logits[row]);
      shifted[row] = new float[probabilities.length];
      for (int c = 0; c < probabilities.length; c++) {
        shifted[row][c] = (float) Math.log(probabilities[c]);
      }
    }

    assertThat(TemperatureScaling.fit(shifted, labels).temperature())
        .isCloseTo(TemperatureScaling.fit(logits, labels).temperature(), within(1e-3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2.5})
  void labelsDrawnAtATemperatureThenFound(double temperature) {
    float[][] logits = logits(20_000, 3, 2, new Random(7));
    int[] labels = labels(logits, temperature, new Random(8));

    TemperatureScaling fitted = TemperatureScaling.fit(logits, labels);

    assertThat(fitted.temperature()).isCloseTo(temperature, within(temperature * 0.05));
    assertThat(CalibrationError.of(fitted.apply(logits), labels).expected()).isLessThan(0.02);
  }

  @Test
  void anyInputThenNeverWorseAndNoDecisionChanged() {
    Random random = new Random(9);
    for (int run = 0; run < 50; run++) {
      float[][] logits = logits(40, 2 + run % 4, 5 * random.nextDouble(), random);
      int[] labels = labels(logits, 0.2 + 4 * random.nextDouble(), random);

      TemperatureScaling fitted = TemperatureScaling.fit(logits, labels);

      assertThat(fitted.negativeLogLikelihood(logits, labels))
          .isLessThanOrEqualTo(TemperatureScaling.NONE.negativeLogLikelihood(logits, labels));
      for (float[] row : logits) {
        float[] calibrated = fitted.apply(row);
        for (int a = 0; a < row.length; a++) {
          for (int b = 0; b < row.length; b++) {
            assertThat(row[a] > row[b] && calibrated[a] < calibrated[b]).isFalse();
          }
        }
      }
    }
  }

  @Test
  void allRightThenTheLowerBoundAndAllWrongThenTheUpper() {
    float[][] logits = {{3, 0}, {0, 2}};

    assertThat(TemperatureScaling.fit(logits, new int[] {0, 1}).temperature())
        .isEqualTo(TemperatureScaling.MIN);
    assertThat(TemperatureScaling.fit(logits, new int[] {1, 0}).temperature())
        .isEqualTo(TemperatureScaling.MAX);
    assertThat(TemperatureScaling.fit(new float[][] {{1e6f, 0}}, new int[] {0}).temperature())
        .isEqualTo(TemperatureScaling.MIN);
  }

  @Test
  void nothingToLearnFromThenUnchanged() {
    assertThat(TemperatureScaling.fit(new float[0][], new int[0]))
        .isEqualTo(TemperatureScaling.NONE);
    assertThat(TemperatureScaling.fit(new float[][] {{1, 1}, {2, 2}}, new int[] {0, 1}))
        .isEqualTo(TemperatureScaling.NONE);
  }

  @Test
  void inputThatDoesNotFitThenRefused() {
    assertThatThrownBy(() -> TemperatureScaling.fit(new float[][] {{1, 0}}, new int[] {0, 1}))
        .hasMessage("There are 1 rows of logits for 2 labels, must be as many");
    assertThatThrownBy(() -> TemperatureScaling.fit(new float[][] {{1, 0}}, new int[] {2}))
        .hasMessage("Label of row 0 is 2, must be 0 to 1");
    assertThatThrownBy(() -> TemperatureScaling.fit(new float[][] {{Float.NaN, 0}}, new int[] {0}))
        .hasMessage("A logit of row 0 is NaN, must be finite");
    assertThatThrownBy(() -> new TemperatureScaling(0))
        .hasMessage("Temperature is 0.0, must be a number above 0");
  }

  private static float[][] logits(int rows, int classes, double spread, Random random) {
    float[][] logits = new float[rows][classes];
    for (float[] row : logits) {
      for (int c = 0; c < classes; c++) {
        row[c] = (float) (spread * random.nextGaussian());
      }
    }
    return logits;
  }

  private static int[] labels(float[][] logits, double temperature, Random random) {
    int[] labels = new int[logits.length];
    for (int row = 0; row < logits.length; row++) {
      float[] probabilities = new TemperatureScaling(temperature).apply(logits[row]);
      double left = random.nextDouble();
      while (labels[row] < probabilities.length - 1 && left >= probabilities[labels[row]]) {
        left -= probabilities[labels[row]++];
      }
    }
    return labels;
  }
}
