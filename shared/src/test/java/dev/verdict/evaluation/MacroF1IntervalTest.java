package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MacroF1IntervalTest {
  private static final String[] CLASSES = {"a", "b", "c"};

  @Test
  void manySamplesOfOnePopulationThenAboutNinetyFivePercentHoldItsScore() {
    ConfusionMatrix population = sample(new Random(1), 1_000_000);
    Random random = new Random(2);
    int runs = 300;
    int held = 0;
    for (int i = 0; i < runs; i++) {
      MacroF1Interval interval = MacroF1Interval.of(sample(random, 300), 400, i);
      held +=
          interval.low() <= population.macroF1() && population.macroF1() <= interval.high() ? 1 : 0;
    }

    assertThat((double) held / runs).isBetween(0.90, 0.98);
  }

  @Test
  void symmetricTwoClassesThenAboutTheNormalIntervalOfAccuracy() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"));
    matrix.add("a", "a", 4000);
    matrix.add("a", "b", 1000);
    matrix.add("b", "b", 4000);
    matrix.add("b", "a", 1000);

    MacroF1Interval interval = MacroF1Interval.of(matrix, 2000, 7);

    double error = 1.96 * Math.sqrt(0.8 * 0.2 / 10_000);
    assertThat(interval.low()).isCloseTo(0.8 - error, within(0.0015));
    assertThat(interval.high()).isCloseTo(0.8 + error, within(0.0015));
    assertThat(MacroF1Interval.of(matrix, 2000, 7)).isEqualTo(interval);
  }

  @Test
  void allRightThenNoWidthAndNoReviewsThenZero() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"));
    assertThat(MacroF1Interval.of(matrix, 10, 1)).isEqualTo(new MacroF1Interval(0, 0));
    matrix.add("a", "a", 5);
    matrix.add("b", "b", 5);
    assertThat(MacroF1Interval.of(matrix, 100, 1)).isEqualTo(new MacroF1Interval(1, 1));
  }

  @Test
  void windowGivenThenTheIntervalThatNumPyGives() {
    assertWindow(new long[][] {{2, 0}, {1, 1}}, 0.21847328224209853, 0.9576683508612727);
    assertWindow(
        new long[][] {{13, 0, 0}, {0, 10, 6}, {0, 0, 9}}, 0.6842838919700696, 0.9177342886736521);
    assertWindow(
        new long[][] {{85, 4, 1}, {3, 5, 0}, {1, 0, 1}}, 0.4718911721826941, 0.8693890716671137);
    assertWindow(
        new long[][] {{310, 20, 20}, {15, 160, 25}, {12, 18, 420}},
        0.8507678331303642,
        0.895155180859371);
    assertWindow(new long[][] {{500, 0}, {0, 500}}, 0.9875425631996863, 0.9999950479174363);
  }

  private static void assertWindow(long[][] counts, double low, double high) {
    MacroF1Interval interval = MacroF1Interval.ofWindow(ConfusionMatrixTest.matrix(counts));

    assertThat(interval.low()).isCloseTo(low, within(1e-12));
    assertThat(interval.high()).isCloseTo(high, within(1e-12));
  }

  @Test
  void fewerThanTwoClassesThenNothingIsKnown() {
    assertThat(MacroF1Interval.ofWindow(ConfusionMatrixTest.matrix(new long[2][2])))
        .isEqualTo(new MacroF1Interval(0, 1));
    assertThat(
            MacroF1Interval.ofWindow(
                ConfusionMatrixTest.matrix(new long[][] {{0, 0, 0}, {0, 9, 0}, {0, 0, 0}})))
        .isEqualTo(new MacroF1Interval(0, 1));
  }

  @Test
  void classThatNeverOccursThenTheIntervalOfTheOthers() {
    assertThat(
            MacroF1Interval.ofWindow(
                ConfusionMatrixTest.matrix(new long[][] {{40, 0, 10}, {0, 0, 0}, {5, 0, 45}})))
        .isEqualTo(
            MacroF1Interval.ofWindow(ConfusionMatrixTest.matrix(new long[][] {{40, 10}, {5, 45}})));
  }

  @ParameterizedTest
  @MethodSource("dev.verdict.evaluation.IntervalSimulation#populations")
  void windowsOfTwoHundredLabelsThenNinetyFivePercentOfTheIntervalsHoldTheTruth(
      IntervalSimulation.Population population) {
    IntervalSimulation.Coverage found = IntervalSimulation.measure(population, 200, 4000, 1);

    assertThat(found.coverage()).as(population.name()).isBetween(0.93, 0.97);
    assertThat(found.width()).isBetween(0.02, 0.25);
  }

  @ParameterizedTest
  @MethodSource("dev.verdict.evaluation.IntervalSimulation#populations")
  void windowsOfAHundredLabelsThenNinetyFivePercentOfTheIntervalsHoldTheTruth(
      IntervalSimulation.Population population) {
    IntervalSimulation.Coverage found = IntervalSimulation.measure(population, 100, 4000, 1);

    assertThat(found.coverage()).as(population.name()).isBetween(0.93, 0.975);
  }

  /** Of a model that errs once in 50 reviews 4 errors or more, which 8% have, say 0.92 at most. */
  @ParameterizedTest
  @MethodSource("dev.verdict.evaluation.IntervalSimulation#populations")
  void windowsOfFiftyLabelsThenAlmostAsManyHoldTheTruth(IntervalSimulation.Population population) {
    IntervalSimulation.Coverage found = IntervalSimulation.measure(population, 50, 4000, 1);

    assertThat(found.coverage()).as(population.name()).isBetween(0.91, 0.98);
    assertThat(found.width()).isLessThan(0.4);
  }

  @Test
  void noResamplesThenRefused() {
    assertThatThrownBy(() -> MacroF1Interval.of(new ConfusionMatrix(List.of("a")), 0, 1))
        .hasMessage("Resamples are 0, must be 1 or more");
  }

  private static ConfusionMatrix sample(Random random, int reviews) {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of(CLASSES));
    int[][] counts = new int[3][3];
    for (int i = 0; i < reviews; i++) {
      int draw = random.nextInt(10);
      int actual = draw < 5 ? 0 : draw < 8 ? 1 : 2;
      counts[actual][random.nextInt(10) < 8 ? actual : random.nextInt(3)]++;
    }
    for (int a = 0; a < 3; a++) {
      for (int p = 0; p < 3; p++) {
        matrix.add(CLASSES[a], CLASSES[p], counts[a][p]);
      }
    }
    return matrix;
  }
}
