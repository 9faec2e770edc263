package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KolmogorovSmirnovTest {
  private final ReferenceProfile reference = DriftSamples.sketch(DriftSamples.REFERENCE).profile();
  private final ReferenceProfile current = DriftSamples.sketch(DriftSamples.CURRENT).profile();

  @Test
  void wholeNumbersThenExactlyAsWithNumPy() {
    KolmogorovSmirnov found = test(NumericFeature.TEXT_LENGTH);

    assertThat(found.statistic()).isCloseTo(0.34291666666666665, within(1e-12));
    assertThat(found.atMost()).isEqualTo(found.statistic());
    assertThat(found.pValue()).isCloseTo(1.9140485787327616e-35, within(1e-45));
  }

  @Test
  void fractionsThenTheStatisticOfTheValuesIsBetweenBothBounds() {
    KolmogorovSmirnov confidence = test(NumericFeature.CONFIDENCE);
    KolmogorovSmirnov unknown = test(NumericFeature.UNKNOWN_RATE);

    assertThat(0.1825).isBetween(confidence.statistic(), confidence.atMost());
    assertThat(confidence.atMost() - confidence.statistic()).isBetween(0.0, 0.03);
    assertThat(0.19375).isBetween(unknown.statistic() - 1e-12, unknown.atMost());
    assertThat(confidence.pValue()).isBetween(2.41e-10, 1e-8);
  }

  @Test
  void probabilitiesThenAsTheSeriesGivesThem() {
    // 2 * sum((-1)**(k-1) * exp(-2 * k**2 * x**2) for k in 1..999), with NumPy.
    assertThat(KolmogorovSmirnov.exceeding(0.3)).isCloseTo(0.9999906941986655, within(1e-12));
    assertThat(KolmogorovSmirnov.exceeding(0.5)).isCloseTo(0.9639452436648751, within(1e-12));
    assertThat(KolmogorovSmirnov.exceeding(1)).isCloseTo(0.26999967167735456, within(1e-12));
    assertThat(KolmogorovSmirnov.exceeding(1.36)).isCloseTo(0.049485876755377876, within(1e-12));
    assertThat(KolmogorovSmirnov.exceeding(0)).isEqualTo(1);
    assertThat(KolmogorovSmirnov.exceeding(100)).isZero();
  }

  @Test
  void sameReviewsThenNoDifference() {
    KolmogorovSmirnov found =
        KolmogorovSmirnov.of(
            reference.histogram(NumericFeature.CONFIDENCE),
            reference.histogram(NumericFeature.CONFIDENCE));

    assertThat(found.statistic()).isZero();
    assertThat(found.pValue()).isEqualTo(1);
  }

  @Test
  void samplesOfOneDistributionThenRejectedAsOftenAsSaidOrLess() {
    SplittableRandom random = new SplittableRandom(5);
    int rejected = 0;
    for (int trial = 0; trial < 1000; trial++) {
      rejected +=
          KolmogorovSmirnov.of(confidences(random, 300), confidences(random, 400)).pValue() <= 0.05
              ? 1
              : 0;
    }

    assertThat(rejected).isBetween(20, 65);
  }

  @Test
  void differentFeaturesThenRefused() {
    assertThatThrownBy(
            () ->
                KolmogorovSmirnov.of(
                    reference.histogram(NumericFeature.CONFIDENCE),
                    reference.histogram(NumericFeature.TEXT_LENGTH)))
        .hasMessageContaining("800 values of confidence with 800 of text_length");
    assertThatThrownBy(
            () ->
                KolmogorovSmirnov.of(
                    reference.histogram(NumericFeature.CONFIDENCE),
                    new ProfileSketch().profile().histogram(NumericFeature.CONFIDENCE)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private KolmogorovSmirnov test(NumericFeature feature) {
    return KolmogorovSmirnov.of(reference.histogram(feature), current.histogram(feature));
  }

  private static FeatureHistogram confidences(SplittableRandom random, int reviews) {
    List<ReviewSignals> list = new ArrayList<>();
    for (int i = 0; i < reviews; i++) {
      list.add(new ReviewSignals("a", 0.5 + random.nextDouble() / 2, 1, 0));
    }
    return DriftSamples.sketch(list).profile().histogram(NumericFeature.CONFIDENCE);
  }
}
