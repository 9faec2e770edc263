package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.drift.EstimatedPerformance;
import dev.verdict.drift.InputDrift;
import dev.verdict.drift.ProfileSketch;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.drift.ReviewSignals;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DriftSignalsTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private static ReferenceProfile profile(int reviews, int tokens) {
    ProfileSketch sketch = new ProfileSketch();
    for (int i = 0; i < reviews; i++) {
      sketch.add(new ReviewSignals("positive", 0.9, tokens + i % 20, 0));
    }
    return sketch.profile();
  }

  private static EstimatedPerformance estimate() {
    EstimatedPerformance estimate = new EstimatedPerformance(List.of("negative", "positive"));
    estimate.add(List.of(0.1, 0.9));
    return estimate;
  }

  private static DriftSignals of(int reviews, int tokens) {
    InputDrift inputs =
        InputDrift.of(profile(600, 10), profile(reviews, tokens), InputDrift.Rule.USUAL);
    return DriftSignals.of(
        "reviews", "v000007-0a1b2c3d", estimate(), Optional.of(inputs), Optional.empty(), NOW);
  }

  @Test
  void textsAreLongerThenTheirLengthComesFirstAndIsLarge() throws IOException {
    DriftSignals signals = of(500, 40);

    assertThat(signals.features().keySet()).startsWith("text_length").hasSize(4);
    assertThat(signals.features().get("text_length").level()).isEqualTo("large");
    assertThat(signals.features().get("text_length").ks()).hasValue(1);
    assertThat(signals.features().get("predicted_class").ks()).isEmpty();
    assertThat(signals.level()).contains("large");
    assertThat(signals.key()).isEqualTo("reviews/v000007-0a1b2c3d");
    assertThat(Json.read(Json.write(signals), DriftSignals.class)).isEqualTo(signals);
  }

  @Test
  void tooFewReviewsThenNoLevelRatherThanNone() {
    assertThat(of(499, 40).level()).isEmpty();
    assertThat(of(499, 40).features()).isEmpty();
    assertThat(of(499, 40).referenceReviews()).hasValue(600);
  }

  @Test
  void noReferenceAndNoLabelThenTheEstimateAlone() {
    DriftSignals signals =
        DriftSignals.of(
            "reviews", "v000007-0a1b2c3d", estimate(), Optional.empty(), Optional.empty(), NOW);

    assertThat(signals.referenceReviews()).isEmpty();
    assertThat(signals.level()).isEmpty();
    assertThat(signals.estimatedAccuracy().orElseThrow()).isCloseTo(0.9, within(1e-9));
    assertThat(signals.realisedMinusEstimated()).isEmpty();
  }
}
