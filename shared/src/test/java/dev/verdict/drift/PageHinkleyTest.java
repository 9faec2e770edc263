package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The indices were computed by a Python program from the definition instead of the recurrence: the
 * sum of the distances less its minimum so far, in exact fractions, and with forgetting the largest
 * weighted sum over all stretches that end now.
 */
class PageHinkleyTest {
  private static final PageHinkley.Config AS_PUBLISHED = new PageHinkley.Config(30, 0.005, 20, 1);

  @Test
  void rateStaysThenNoDrift() {
    assertThat(ErrorStream.still().drifts(new PageHinkley(PageHinkley.Config.DEFAULT))).isEmpty();
  }

  @Test
  void rateJumpsThenOneDriftAtTheIndexOfTheOracle() {
    assertThat(ErrorStream.abrupt().drifts(new PageHinkley(PageHinkley.Config.DEFAULT)))
        .containsExactly(2153);
  }

  @Test
  void rateCreepsUpThenDriftsAtTheIndicesOfTheOracle() {
    assertThat(ErrorStream.gradual().drifts(new PageHinkley(PageHinkley.Config.DEFAULT)))
        .containsExactly(2735, 3477);
  }

  @Test
  void rateFallsThenNoDriftAndTheNextRiseIsOne() {
    assertThat(ErrorStream.falling().drifts(new PageHinkley(PageHinkley.Config.DEFAULT))).isEmpty();
    assertThat(ErrorStream.steps().drifts(new PageHinkley(PageHinkley.Config.DEFAULT)))
        .containsExactly(1101, 3325);
  }

  @Test
  void nothingForgottenThenThePublishedTest() {
    assertThat(ErrorStream.still().drifts(new PageHinkley(AS_PUBLISHED)))
        .containsExactly(1831, 3832);
    assertThat(ErrorStream.abrupt().drifts(new PageHinkley(AS_PUBLISHED))).containsExactly(2027);
    assertThat(ErrorStream.gradual().drifts(new PageHinkley(AS_PUBLISHED)))
        .containsExactly(2526, 3114, 3725);
    assertThat(ErrorStream.falling().drifts(new PageHinkley(AS_PUBLISHED))).containsExactly(265);
    assertThat(ErrorStream.steps().drifts(new PageHinkley(AS_PUBLISHED)))
        .containsExactly(1045, 3181);
  }

  /** By hand: the mean is 0.5 after the second error, so the sum is 0.5, then 0.5 + 1/3. */
  @Test
  void sumPassesTheThresholdThenADriftNotBeforeTheLeastErrors() {
    PageHinkley soon = new PageHinkley(new PageHinkley.Config(1, 0, 0.4, 1));
    PageHinkley later = new PageHinkley(new PageHinkley.Config(3, 0, 0.4, 1));
    for (double error : new double[] {0, 1}) {
      soon.update(error);
      later.update(error);
    }

    assertThat(soon.drift()).isTrue();
    assertThat(later.drift()).isFalse();
    later.update(1);
    assertThat(later.drift()).isTrue();
    later.update(0);
    assertThat(later.drift()).isFalse();
  }
}
