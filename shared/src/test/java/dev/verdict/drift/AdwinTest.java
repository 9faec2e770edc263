package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * The indices were computed by a Python program that keeps all errors of the window, takes means
 * and variance from them anew at every check, and applies equation 3.1 of the paper to every split
 * between two buckets. For the default in both directions MOA 2023.04 (class ADWIN) gives the same.
 */
class AdwinTest {
  /** Another histogram and rhythm, and the paper's own bound. */
  private static final Adwin.Config PAPER = new Adwin.Config(0.05, 3, 16, 1, true);

  private static final Adwin.Config ONE_BUCKET = new Adwin.Config(0.01, 1, 8, 5, true);

  @Test
  void rateStaysThenNoDriftAndTheWholeStreamIsTheWindow() {
    Adwin adwin = new Adwin(Adwin.Config.DEFAULT);

    assertThat(ErrorStream.still().drifts(adwin)).isEmpty();
    assertThat(adwin.width()).isEqualTo(4000);
    assertThat(adwin.mean()).isEqualTo(788 / 4000.0);
    assertThat(ErrorStream.still().drifts(new Adwin(PAPER))).isEmpty();
  }

  @Test
  void rateJumpsThenDriftsAtTheIndicesOfTheOracle() {
    Adwin adwin = new Adwin(Adwin.Config.DEFAULT);

    assertThat(ErrorStream.abrupt().drifts(adwin)).containsExactly(2111, 2143, 2175, 2271, 3039);
    assertThat(adwin.width()).isEqualTo(1580);
    assertThat(adwin.buckets()).isEqualTo(36);
    assertThat(ErrorStream.abrupt().drifts(new Adwin(PAPER))).containsExactly(2079, 2111, 2175);
    assertThat(ErrorStream.abrupt().drifts(new Adwin(ONE_BUCKET))).containsExactly(2135);
  }

  @Test
  void rateCreepsUpThenDriftsAtTheIndicesOfTheOracle() {
    Adwin adwin = new Adwin(Adwin.Config.DEFAULT);
    Adwin oneBucket = new Adwin(ONE_BUCKET);

    assertThat(ErrorStream.gradual().drifts(adwin))
        .containsExactly(2687, 2815, 2847, 3071, 3231, 3391, 3423, 3487, 3743, 3839);
    assertThat(adwin.width()).isEqualTo(1184);
    assertThat(ErrorStream.gradual().drifts(new Adwin(PAPER)))
        .containsExactly(2575, 2607, 2671, 2847, 3103, 3231, 3487, 3823);
    assertThat(ErrorStream.gradual().drifts(oneBucket)).containsExactly(2735, 3255);
    assertThat(oneBucket.buckets()).isEqualTo(4);
  }

  @Test
  void rateFallsThenTheWindowShrinksWithoutADrift() {
    Adwin adwin = new Adwin(Adwin.Config.DEFAULT);

    assertThat(ErrorStream.falling().drifts(adwin)).isEmpty();
    assertThat(adwin.width()).isEqualTo(1580);
  }

  @Test
  void bothDirectionsThenAFallIsADriftToo() {
    assertThat(ErrorStream.falling().drifts(new Adwin(bothDirections())))
        .containsExactly(2079, 2111);
    assertThat(ErrorStream.steps().drifts(new Adwin(bothDirections())))
        .containsExactly(
            1055, 1087, 1119, 1247, 1535, 2079, 2111, 2143, 2175, 2335, 3071, 3135, 3295);
    assertThat(ErrorStream.steps().drifts(new Adwin(Adwin.Config.DEFAULT)))
        .containsExactly(1055, 1087, 1119, 1247, 1535, 3071, 3135, 3295);
  }

  @Test
  void errorsBetweenZeroAndOneThenTheVarianceIsOfAllOfThem() {
    Adwin adwin = new Adwin(Adwin.Config.DEFAULT);

    assertThat(ErrorStream.fractions().drifts(adwin)).containsExactly(1535, 1567, 1599);
    assertThat(adwin.width()).isEqualTo(1028);
    assertThat(adwin.mean()).isCloseTo(0.6348029910912918, within(1e-12));
  }

  @Test
  void aMillionErrorsThenTheMemoryIsLogarithmic() {
    Adwin adwin = new Adwin(Adwin.Config.DEFAULT);
    int most = 0;
    for (int i = 1; i <= 1_000_000; i++) {
      adwin.update(i % 5 == 0 ? 1 : 0);
      most = Math.max(most, adwin.buckets());
    }

    assertThat(adwin.width()).isEqualTo(1_000_000);
    // Five buckets of each size that a million needs: 1 to 2^17.
    assertThat(most).isBetween(18, 5 * 18);
    assertThat(adwin.snapshot().state()).hasSizeLessThan(3 * 5 * 18);
  }

  private static Adwin.Config bothDirections() {
    return new Adwin.Config(0.002, 5, 32, 5, false);
  }
}
