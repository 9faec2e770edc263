package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchComparisonTest {
  private final BenchComparison comparison = new BenchComparison(0.25);

  @Test
  void asGoodAsBeforeThenNothing() {
    assertThat(comparison.regressions(high(0.8), high(0.8))).isEmpty();
  }

  @Test
  void worseWithinTheToleranceThenNothing() {
    assertThat(comparison.regressions(high(0.8), high(0.61))).isEmpty();
    assertThat(comparison.regressions(low(2), low(2.4))).isEmpty();
  }

  @Test
  void highRatioFellThenOneSentence() {
    assertThat(comparison.regressions(high(0.8), high(0.59)))
        .containsExactly("high is 0.590, it was 0.800: worse by more than 25%");
  }

  @Test
  void lowRatioRoseThenOneSentence() {
    assertThat(comparison.regressions(low(2), low(2.6)))
        .containsExactly("low is 2.600, it was 2.000: worse by more than 25%");
  }

  @Test
  void betterByFarThenNothing() {
    assertThat(comparison.regressions(high(0.8), high(8))).isEmpty();
    assertThat(comparison.regressions(low(2), low(0.2))).isEmpty();
  }

  @Test
  void notMeasuredAnyMoreThenSaid() {
    assertThat(comparison.regressions(high(0.8), low(1)))
        .containsExactly("high is not measured any more, it was 0.800");
  }

  @Test
  void newRatioThenOfNoMatter() {
    assertThat(comparison.regressions(List.of(), high(0.1))).isEmpty();
  }

  private static List<Ratio> high(double value) {
    return List.of(new Ratio("high", "a", "b", value, Goal.atLeast(0.85)));
  }

  private static List<Ratio> low(double value) {
    return List.of(new Ratio("low", "a", "b", value, Goal.LOWER));
  }
}
