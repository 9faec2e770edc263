package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimatedPerformanceTest {
  private static final List<String> CLASSES = List.of("a", "b", "c");

  @Test
  void workedExampleThenItsScores() {
    EstimatedPerformance estimate = new EstimatedPerformance(List.of("a", "b"));
    estimate.add(List.of(0.9, 0.1));
    estimate.add(List.of(0.6, 0.4));
    estimate.add(List.of(0.2, 0.8));

    assertThat(estimate.accuracy().orElseThrow()).isCloseTo(2.3 / 3, within(1e-8));
    assertThat(estimate.macroF1().orElseThrow()).isCloseTo((3 / 3.7 + 1.6 / 2.3) / 2, within(1e-8));
    assertThat(estimate.expectedMatrix().get(0).get(0)).isCloseTo(1.5, within(1e-8));
    assertThat(estimate.expectedMatrix().get(1).get(0)).isCloseTo(0.5, within(1e-8));
    assertThat(estimate.predictions()).isEqualTo(3);
  }

  @Test
  void classNeverPredictedThenCountsFromOneExpectedReview() {
    EstimatedPerformance estimate = new EstimatedPerformance(CLASSES);
    for (int i = 0; i < 9; i++) {
      estimate.add(List.of(0.6, 0.3, 0.1));
    }
    double threeClasses = (2 * 5.4 / (5.4 + 9)) / 2;
    assertThat(estimate.macroF1().orElseThrow()).isCloseTo(threeClasses, within(1e-8));

    estimate.add(List.of(0.6, 0.25, 0.15));

    assertThat(estimate.macroF1().orElseThrow()).isCloseTo((2 * 6.0 / (6 + 10)) / 3, within(1e-8));
  }

  @Test
  void noPredictionThenNoScore() {
    EstimatedPerformance estimate = new EstimatedPerformance(CLASSES);

    assertThat(estimate.accuracy()).isEmpty();
    assertThat(estimate.macroF1()).isEmpty();
    assertThatThrownBy(() -> estimate.remove(List.of(1, 0, 0)))
        .hasMessage("Cannot take back a prediction, none is counted");
    assertThatThrownBy(() -> estimate.add(List.of(1, 0)))
        .hasMessage("Probabilities are 2, must be 3, one a class");
    assertThatThrownBy(() -> estimate.add(List.of(1, Double.NaN, 0)))
        .hasMessage("Probability of b is NaN, must be from 0 to 1");
  }

  @Test
  void takenBackMergedOrReadBackThenExactlyTheSame() {
    List<List<Float>> drawn = drawn(new SplittableRandom(4), 5000);
    EstimatedPerformance last = new EstimatedPerformance(CLASSES);
    drawn.subList(4000, 5000).forEach(last::add);
    EstimatedPerformance rolled = new EstimatedPerformance(CLASSES);
    drawn.forEach(rolled::add);
    drawn.subList(0, 4000).forEach(rolled::remove);
    EstimatedPerformance merged = new EstimatedPerformance(CLASSES);
    drawn.subList(4300, 5000).forEach(merged::add);
    EstimatedPerformance rest = new EstimatedPerformance(CLASSES);
    drawn.subList(4000, 4300).forEach(rest::add);
    merged.merge(EstimatedPerformance.fromBytes(rest.toBytes()));

    assertThat(rolled.toBytes()).isEqualTo(last.toBytes());
    assertThat(rolled.macroF1()).isEqualTo(last.macroF1());
    assertThat(merged.toBytes()).isEqualTo(last.toBytes());
    byte[] bytes = last.toBytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> EstimatedPerformance.fromBytes(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> merged.merge(new EstimatedPerformance(List.of("a"))))
        .hasMessage("Cannot merge estimates of [a, b, c] and [a]");
  }

  private static List<List<Float>> drawn(SplittableRandom random, int predictions) {
    List<List<Float>> drawn = new ArrayList<>();
    for (int i = 0; i < predictions; i++) {
      float first = (float) random.nextDouble();
      float second = (float) random.nextDouble() * (1 - first);
      drawn.add(List.of(first, second, Math.max(0, 1 - first - second)));
    }
    return drawn;
  }
}
