package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.evaluation.CalibrationError.Bin;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationErrorTest {
  @Test
  void ninetyPercentSureAndThreeOfFourRightThenFifteenPercent() {
    float[][] probabilities = {{0.9f, 0.1f}, {0.9f, 0.1f}, {0.1f, 0.9f}, {0.1f, 0.9f}};

    CalibrationError error = CalibrationError.of(probabilities, new int[] {0, 0, 1, 0});

    assertThat(error.expected()).isCloseTo(0.15, within(1e-6));
    assertThat(error.bins()).hasSize(15);
    assertThat(error.bins()).filteredOn(bin -> bin.count() > 0).hasSize(1);
    Bin bin = error.bins().get(13);
    assertThat(bin.count()).isEqualTo(4);
    assertThat(bin.confidence()).isCloseTo(0.9, within(1e-6));
    assertThat(bin.accuracy()).isEqualTo(0.75);
    assertThat(bin.from()).isCloseTo(13 / 15.0, within(1e-12));
  }

  @Test
  void edgesOfTheBinsThenInTheLowerOne() {
    float[][] probabilities = {{1, 0}, {0.6f, 0.4f}, {0, 0}};

    CalibrationError error = CalibrationError.of(probabilities, new int[] {0, 0, 0});

    assertThat(error.bins().get(14).count()).isEqualTo(1);
    assertThat(error.bins().get(0).count()).isEqualTo(1);
  }

  @Test
  void manyReviewsThenAsByRecomputationFromTheDefinition() {
    Random random = new Random(3);
    float[][] probabilities = new float[2000][3];
    int[] labels = new int[2000];
    for (int row = 0; row < labels.length; row++) {
      float[] logits = new float[3];
      for (int c = 0; c < 3; c++) {
        logits[c] = (float) (2 * random.nextGaussian());
      }
      probabilities[row] = TemperatureScaling.NONE.apply(logits);
      labels[row] = random.nextInt(3);
    }

    double expected = 0;
    for (int bin = 0; bin < 15; bin++) {
      double sum = 0;
      for (int row = 0; row < labels.length; row++) {
        int best = 0;
        for (int c = 0; c < 3; c++) {
          best = probabilities[row][c] > probabilities[row][best] ? c : best;
        }
        double confidence = probabilities[row][best];
        if (confidence > bin / 15.0 && confidence <= (bin + 1) / 15.0) {
          sum += confidence - (best == labels[row] ? 1 : 0);
        }
      }
      expected += Math.abs(sum) / labels.length;
    }
    assertThat(CalibrationError.of(probabilities, labels).expected())
        .isCloseTo(expected, within(1e-9));
  }

  @Test
  void noReviewsThenZero() {
    assertThat(CalibrationError.of(new float[0][], new int[0]).expected()).isZero();
  }

  @Test
  void notAsManyLabelsThenRefused() {
    assertThatThrownBy(() -> CalibrationError.of(new float[1][2], new int[0]))
        .hasMessage("There are 1 rows of probabilities for 0 labels, must be as many");
  }
}
