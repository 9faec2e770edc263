package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.drift.InputDrift.FeatureDrift;
import dev.verdict.drift.InputDrift.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InputDriftTest {
  @Test
  void everythingChangedThenLevelsOfEachAndTheStrongestFirst() {
    InputDrift drift = compare(DriftSamples.REFERENCE, DriftSamples.CURRENT);

    assertThat(drift.enough()).isTrue();
    assertThat(drift.features())
        .extracting(FeatureDrift::feature)
        .containsExactly("text_length", "unknown_rate", "confidence", "predicted_class");
    assertThat(drift.features())
        .extracting(FeatureDrift::level)
        .containsExactly(
            DriftLevel.LARGE, DriftLevel.MODERATE, DriftLevel.MODERATE, DriftLevel.MODERATE);
    assertThat(drift.level()).isEqualTo(DriftLevel.LARGE);
    assertThat(drift.features().get(0).kolmogorovSmirnov().orElseThrow().statistic())
        .isCloseTo(0.34292, within(1e-5));
    assertThat(drift.features().get(3).kolmogorovSmirnov()).isEmpty();
  }

  @Test
  void tooFewReviewsThenNothingIsSaid() {
    InputDrift drift = compare(DriftSamples.REFERENCE, DriftSamples.CURRENT.subList(0, 499));

    assertThat(drift.enough()).isFalse();
    assertThat(drift.features()).isEmpty();
    assertThat(drift.level()).isEqualTo(DriftLevel.NONE);
    assertThat(drift.currentReviews()).isEqualTo(499);
  }

  @Test
  void emptyPeriodAndNoFewestThenNothingIsSaid() {
    assertThat(
            InputDrift.of(
                    DriftSamples.sketch(DriftSamples.REFERENCE).profile(),
                    new ProfileSketch().profile(),
                    new Rule(0, 0.1, 0.25, 0.5, 0.001))
                .enough())
        .isFalse();
  }

  @Test
  void samplesOfOneDistributionThenNoLevelInAThousandComparisons() {
    SplittableRandom random = new SplittableRandom(8);
    int alarms = 0;
    for (int trial = 0; trial < 1000; trial++) {
      alarms += compare(drawn(random, 1000), drawn(random, 500)).level() == DriftLevel.NONE ? 0 : 1;
    }

    assertThat(alarms).isLessThanOrEqualTo(1);
  }

  @Test
  void changeWithinTheBoundsThenNoneHoweverManyReviews() {
    SplittableRandom random = new SplittableRandom(9);
    List<ReviewSignals> changed = new ArrayList<>(drawn(random, 90_000));
    for (int i = 0; i < 10_000; i++) {
      changed.add(new ReviewSignals("a", 0.55, 60, 0));
    }

    InputDrift drift = compare(drawn(random, 50_000), changed);

    FeatureDrift length =
        drift.features().stream()
            .filter(each -> each.feature().equals("text_length"))
            .findFirst()
            .orElseThrow();
    assertThat(length.kolmogorovSmirnov().orElseThrow().pValue()).isLessThan(1e-6);
    assertThat(length.stability().index()).isBetween(0.01, 0.1);
    assertThat(length.level()).isEqualTo(DriftLevel.NONE);
  }

  private static InputDrift compare(List<ReviewSignals> reference, List<ReviewSignals> current) {
    return InputDrift.of(
        DriftSamples.sketch(reference).profile(),
        DriftSamples.sketch(current).profile(),
        Rule.USUAL);
  }

  private static List<ReviewSignals> drawn(SplittableRandom random, int reviews) {
    List<ReviewSignals> list = new ArrayList<>();
    for (int i = 0; i < reviews; i++) {
      int tokens = 10 + random.nextInt(70);
      list.add(
          new ReviewSignals(
              random.nextBoolean() ? "a" : "b",
              0.5 + random.nextDouble() / 2,
              tokens,
              random.nextInt(4) == 0 ? random.nextInt(5) : 0));
    }
    return list;
  }
}
