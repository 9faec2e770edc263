package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.drift.EstimationSimulation.Result;
import org.junit.jupiter.api.Test;

class EstimationSimulationTest {
  @Test
  void nothingChangedThenTheEstimateMeetsTheRealisedScore() {
    Result found = measure("no change");

    assertThat(found.estimated()).isCloseTo(found.realised(), within(0.003));
    assertThat(found.error()).isLessThan(0.02);
    assertThat(found.above()).isLessThan(0.05);
  }

  @Test
  void harderReviewsThenTheFallIsForeseen() {
    Result found = measure("harder reviews");

    assertThat(found.realised()).isLessThan(measure("no change").realised() - 0.1);
    assertThat(found.estimated()).isCloseTo(found.realised(), within(0.005));
    assertThat(found.above()).isLessThan(0.05);
  }

  @Test
  void overconfidentThenOverestimated() {
    Result found = measure("overconfident model");

    assertThat(found.realised() - found.estimated()).isLessThan(-0.03);
  }

  @Test
  void sameReviewsMeanAnotherClassThenTheEstimateStaysAndTheScoreFalls() {
    Result before = measure("no change");
    Result found = measure("20% mean another class");

    assertThat(found.estimated()).isCloseTo(before.estimated(), within(0.003));
    assertThat(found.realised()).isLessThan(before.realised() - 0.1);
    assertThat(found.above()).isGreaterThan(0.99);
    assertThat(measure("harder, 20% another class").above()).isGreaterThan(0.9);
  }

  private static Result measure(String name) {
    return EstimationSimulation.scenarios().stream()
        .filter(scenario -> scenario.name().equals(name))
        .map(scenario -> EstimationSimulation.measure(scenario, 1000, 200, 1))
        .findFirst()
        .orElseThrow();
  }
}
