package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.config.TrainingRecipe.Schedule;
import dev.verdict.config.TrainingRecipe.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearningRateTest {

  @Test
  void linearThenRisesToThePeakAndFallsTowardsZero() {
    assertThat(rates(of(Shape.LINEAR, 2, 5), 5)).containsExactly(0.5, 1.0, 0.75, 0.5, 0.25);
  }

  @Test
  void linearWithoutWarmUpThenStartsAtThePeak() {
    assertThat(rates(of(Shape.LINEAR, 0, 4), 4))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
        .containsExactly(0.8, 0.6, 0.4, 0.2);
  }

  @Test
  void cosineThenFallsSlowlyFastAndSlowly() {
    assertThat(rates(of(Shape.COSINE, 0, 3), 3))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
        .containsExactly(1.0, 0.75, 0.25);
    assertThat(rates(of(Shape.COSINE, 2, 4), 4))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1)
        .containsExactly(0.5, 1.0, 0.75, 0.25);
  }

  @Test
  void constantThenStaysAtThePeak() {
    assertThat(rates(of(Shape.CONSTANT, 2, 5), 5)).containsExactly(0.5, 1.0, 1.0, 1.0, 1.0);
  }

  @Test
  void warmUpLongerThanHalfTheRunThenItIsShortened() {
    assertThat(rates(of(Shape.CONSTANT, 50, 4), 4)).containsExactly(0.5, 1.0, 1.0, 1.0);
  }

  @Test
  void lossStallsForTwoValidationsThenATenth() {
    LearningRate rate = of(Shape.REDUCE_ON_PLATEAU, 2, 100);
    assertThat(rate.at(1)).isEqualTo(0.5);

    rate = rate.after(0.7).after(0.6);
    assertThat(rate.at(10)).isEqualTo(1);
    rate = rate.after(0.65);
    assertThat(rate.at(20)).isEqualTo(1);
    rate = rate.after(0.6);
    assertThat(rate.at(30)).isEqualTo(0.1);
    rate = rate.after(0.61);
    assertThat(rate.at(40)).isEqualTo(0.1);
    rate = rate.after(0.5).after(0.51);
    assertThat(rate.at(50)).isEqualTo(0.1);
    rate = rate.after(0.52);
    assertThat(rate.at(60)).isEqualTo(0.01, within(1e-15));
  }

  @Test
  void anyScheduleThenEveryRateIsAboveZero() {
    for (Shape shape : Shape.values()) {
      for (int steps : new int[] {1, 2, 3, 100}) {
        assertThat(rates(of(shape, 20, steps), steps)).allMatch(rate -> rate > 0 && rate <= 1);
      }
    }
  }

  private static LearningRate of(Shape shape, int warmup, int steps) {
    return LearningRate.of(1.0, new Schedule(warmup, shape), steps);
  }

  private static List<Double> rates(LearningRate rate, int steps) {
    return IntStream.rangeClosed(1, steps)
        .mapToDouble(rate::at)
        .collect(java.util.ArrayList::new, List::add, List::addAll);
  }
}
