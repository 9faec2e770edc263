package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TallyTest {
  private static final List<String> CLASSES = List.of("a", "b");

  private static List<GradedOutcome> outcomes(int count) {
    Random random = new Random(5);
    List<GradedOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(
          new GradedOutcome(
              CLASSES.get(random.nextInt(2)),
              CLASSES.get(random.nextInt(2)),
              random.nextDouble(),
              random.nextDouble(),
              (long) Math.exp(random.nextDouble() * 20),
              0));
    }
    return outcomes;
  }

  private static Tally of(List<GradedOutcome> outcomes) {
    Tally tally = new Tally();
    outcomes.forEach(tally::add);
    return tally;
  }

  @Test
  void takenBackThenNoTraceIsLeft() {
    List<GradedOutcome> all = outcomes(500);
    Tally tally = of(all);
    List<GradedOutcome> leaving = new ArrayList<>(all.subList(0, 400));
    Collections.shuffle(leaving, new Random(1));
    leaving.forEach(tally::remove);

    assertThat(tally.snapshot()).isEqualTo(of(all.subList(400, 500)).snapshot());
    all.subList(400, 500).forEach(tally::remove);
    assertThat(tally.snapshot()).isEqualTo(new Tally().snapshot());
  }

  @Test
  void partsInAnyOrderThenTheVerySameFigures() {
    List<GradedOutcome> all = outcomes(1000);
    Tally whole = of(all);
    Tally parts = of(all.subList(700, 1000));
    parts.add(of(all.subList(0, 100)));
    parts.add(of(all.subList(100, 700)));

    assertThat(parts.snapshot()).isEqualTo(whole.snapshot());
    assertThat(parts.logLoss()).isEqualTo(whole.logLoss());
    assertThat(parts.expectedCalibrationError()).isEqualTo(whole.expectedCalibrationError());
    assertThat(Tally.of(whole.snapshot()).snapshot()).isEqualTo(whole.snapshot());
  }

  @ParameterizedTest
  @CsvSource({"0.5", "0.9", "0.99"})
  void lagsThenQuantileWithin2AndAHalfPercentOfTheTrueOne(double quantile) {
    List<GradedOutcome> all = outcomes(999);
    List<Long> lags = all.stream().map(GradedOutcome::lagMillis).sorted().toList();
    double exact = lags.get((int) Math.ceil(quantile * lags.size()) - 1) / 1000.0;

    assertThat(of(all).labelLagSeconds(quantile).orElseThrow())
        .isCloseTo(exact, within(exact * 0.0251));
  }

  @Test
  void nothingThenZeroesAndNoLag() {
    Tally none = new Tally();

    assertThat(none.logLoss()).isZero();
    assertThat(none.expectedCalibrationError()).isZero();
    assertThat(none.labelLagSeconds(0.5)).isEmpty();
  }

  @Test
  void classOfNoProbabilityThenLogLossIsFiniteAsInScikitLearn() {
    Tally tally = of(List.of(new GradedOutcome("a", "b", 1, 0, 0, 0)));

    assertThat(tally.logLoss()).isCloseTo(36.04365338911715, within(1e-9));
  }
}
