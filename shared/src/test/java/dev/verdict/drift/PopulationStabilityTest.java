package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PopulationStabilityTest {
  private final ReferenceProfile reference = DriftSamples.sketch(DriftSamples.REFERENCE).profile();
  private final ReferenceProfile current = DriftSamples.sketch(DriftSamples.CURRENT).profile();

  @Test
  void workedExampleThenItsIndex() {
    PopulationStability found =
        PopulationStability.of(List.of(500_000L, 500_000L), List.of(600_000L, 400_000L), 1e-9);

    assertThat(found.index()).isCloseTo(0.1 * Math.log(1.2) + 0.1 * Math.log(1.25), within(1e-9));
    assertThat(found.index()).isCloseTo(0.0405, within(5e-5));
  }

  @Test
  void classMixThenAsWithNumPy() {
    assertThat(
            PopulationStability.of(reference.predictedClasses(), current.predictedClasses(), 0.5)
                .index())
        .isCloseTo(0.14007696960755706, within(1e-12));
  }

  @Test
  void decilesOfWholeNumbersThenAsWithNumPy() {
    PopulationStability found = deciles(NumericFeature.TEXT_LENGTH);

    assertThat(found.bins()).isEqualTo(10);
    assertThat(found.index()).isCloseTo(0.6307312613615235, within(1e-12));
    assertThat(found.level(0.1, 0.25)).isEqualTo(DriftLevel.LARGE);
  }

  @Test
  void decilesOfFractionsThenCloseToNumPyOnTheValues() {
    assertThat(deciles(NumericFeature.CONFIDENCE).bins()).isEqualTo(10);
    assertThat(deciles(NumericFeature.CONFIDENCE).index()).isCloseTo(0.16263, within(0.015));
    assertThat(deciles(NumericFeature.UNKNOWN_RATE).bins()).isEqualTo(3);
    assertThat(deciles(NumericFeature.UNKNOWN_RATE).index()).isCloseTo(0.24615, within(0.015));
  }

  @Test
  void allOfTheReferenceAtOneValueThenValuesBesideItShow() {
    PopulationStability none = deciles(unknown(1000, 0), unknown(1000, 0));
    PopulationStability some = deciles(unknown(1000, 0), unknown(900, 100));

    assertThat(none.index()).isZero();
    assertThat(some.bins()).isEqualTo(2);
    assertThat(some.level(0.1, 0.25)).isEqualTo(DriftLevel.LARGE);
  }

  @Test
  void classThatWasNeverPredictedThenFinite() {
    PopulationStability found =
        PopulationStability.of(Map.of("a", 1000L), Map.of("a", 500L, "b", 500L), 0.5);

    assertThat(found.index()).isFinite().isGreaterThan(1);
  }

  @Test
  void samplesOfOneDistributionThenChanceIsSeldomPassed() {
    SplittableRandom random = new SplittableRandom(3);
    int passed = 0;
    double sum = 0;
    for (int trial = 0; trial < 2000; trial++) {
      PopulationStability found =
          PopulationStability.of(uniform(random, 2000), uniform(random, 500), 0.5);
      passed += found.index() > found.chance() ? 1 : 0;
      sum += found.index();
    }

    // The mean without change, (10 - 1) (1/2000 + 1/500), and the share that chi-squared gives.
    assertThat(sum / 2000).isCloseTo(9 * (1 / 2000.0 + 1 / 500.0), within(0.001));
    assertThat(passed).isBetween(5, 40);
  }

  @Test
  void fewReviewsThenAnIndexOverTheBoundIsChance() {
    PopulationStability found =
        PopulationStability.of(List.of(10L, 10L, 10L), List.of(6L, 10L, 14L), 0.5);

    assertThat(found.index()).isGreaterThan(0.1);
    assertThat(found.level(0.1, 0.25)).isEqualTo(DriftLevel.NONE);
  }

  @Test
  void countsThatCannotBeComparedThenRefused() {
    assertThatThrownBy(() -> PopulationStability.of(List.of(1L), List.of(1L, 2L), 0.5))
        .hasMessageContaining("Reference has 1 bins, current 2");
    assertThatThrownBy(() -> PopulationStability.of(List.of(1L), List.of(1L), 0))
        .hasMessage("Smoothing is 0.0, must be above 0");
    assertThatThrownBy(() -> deciles(unknown(0, 0), unknown(5, 0)))
        .hasMessage("Cannot compare 0 with 5 reviews, both must be 1 or more");
  }

  private PopulationStability deciles(NumericFeature feature) {
    return deciles(reference.histogram(feature), current.histogram(feature));
  }

  private static PopulationStability deciles(FeatureHistogram reference, FeatureHistogram current) {
    return PopulationStability.ofDeciles(reference, current, 0.5);
  }

  private static FeatureHistogram unknown(int without, int with) {
    ProfileSketch sketch = new ProfileSketch();
    for (int i = 0; i < without + with; i++) {
      sketch.add(new ReviewSignals("a", 0.9, 10, i < without ? 0 : 2));
    }
    return sketch.profile().histogram(NumericFeature.UNKNOWN_RATE);
  }

  private static List<Long> uniform(SplittableRandom random, int reviews) {
    long[] counts = new long[10];
    for (int i = 0; i < reviews; i++) {
      counts[random.nextInt(10)]++;
    }
    List<Long> list = new ArrayList<>();
    for (long count : counts) {
      list.add(count);
    }
    return list;
  }
}
