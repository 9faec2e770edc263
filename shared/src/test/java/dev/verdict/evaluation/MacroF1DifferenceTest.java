package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.evaluation.IntervalSimulation.Population;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MacroF1DifferenceTest {

  private static ConfusionMatrix right(long right, long wrong) {
    return ConfusionMatrixTest.matrix(new long[][] {{right, wrong}, {wrong, right}});
  }

  @Test
  void sameAnswersThenZeroIsInTheMiddle() {
    MacroF1Difference found = MacroF1Difference.of(right(80, 20), right(80, 20), 0.05);

    assertThat(found.difference()).isZero();
    assertThat(found.low()).isEqualTo(-found.high());
    assertThat(found.high()).isBetween(0.1, 0.2);
  }

  /**
   * Two hundred labels each: the standard error of a difference of macro F1 near 0.8 is about 0.04,
   * where the sequence is tightest: 2.8 of it to each side, of which a test made to be looked at
   * once takes 1.6.
   */
  @Test
  void tightestThenNotTwiceAsWideAsWithOneLook() {
    MacroF1Difference found = MacroF1Difference.of(right(80, 20), right(80, 20), 0.05);

    assertThat(found.high() / 0.04).isCloseTo(2.8, within(0.2));
  }

  @Test
  void muchWorseThenTheWholeIntervalIsBelowZero() {
    assertThat(MacroF1Difference.of(right(30, 20), right(450, 50), 0.05).high()).isNegative();
    assertThat(MacroF1Difference.of(right(450, 50), right(30, 20), 0.05).low()).isPositive();
  }

  @Test
  void smallerErrorThenWider() {
    double usual = MacroF1Difference.of(right(80, 20), right(80, 20), 0.05).high();

    assertThat(MacroF1Difference.of(right(80, 20), right(80, 20), 0.01).high())
        .isGreaterThan(usual);
    assertThat(MacroF1Difference.of(right(80, 20), right(80, 20), 0.5).high())
        .isBetween(0.0, usual);
  }

  @Test
  void classOccursOnOneSideOnlyThenNothingIsHeldAgainstTheOther() {
    ConfusionMatrix two = new ConfusionMatrix(List.of("b", "a"));
    two.add("a", "a", 100);
    two.add("b", "b", 100);
    ConfusionMatrix three =
        ConfusionMatrixTest.matrix(new long[][] {{90, 0, 0}, {0, 90, 0}, {0, 0, 20}});

    MacroF1Difference found = MacroF1Difference.of(two, three, 0.05);
    assertThat(found.low()).isNegative();
    assertThat(found.high()).isPositive();
  }

  @Test
  void nothingToCompareThenAnythingIsPossible() {
    ConfusionMatrix none = new ConfusionMatrix(List.of("a", "b"));

    assertThat(MacroF1Difference.of(none, right(10, 1), 0.05))
        .isEqualTo(new MacroF1Difference(0, -1, 1));
  }

  @ParameterizedTest
  @MethodSource("dev.verdict.evaluation.IntervalSimulation#populations")
  void canaryAsGoodAsTheFormerThenSeldomRolledBackHoweverOftenOneLooks(Population former) {
    CanarySimulation.Result found = CanarySimulation.measure(former, 0, 0.1, 100, 250, 200, 1);

    assertThat(found.difference()).isZero();
    assertThat(found.rolledBack()).as(former.name()).isLessThanOrEqualTo(0.05);
  }

  @Test
  void canaryMuchWorseThenRolledBackSoon() {
    Population former = IntervalSimulation.populations().get(1);

    CanarySimulation.Result found = CanarySimulation.measure(former, -0.1, 0.1, 100, 500, 100, 1);

    assertThat(found.difference()).isCloseTo(-0.1, within(1e-9));
    assertThat(found.rolledBack()).isGreaterThan(0.97);
    assertThat(found.labels()).isBetween(100L, 200L);
  }
}
