package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.evaluation.PairedSequentialTest.Interval;
import dev.verdict.evaluation.PairedSequentialTest.State;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairedSequentialTestTest {
  private static final String[] CLASSES = {"a", "b", "c"};
  private final PairedSequentialTest test = new PairedSequentialTest(0.05, 0);

  /** A sequence that any language can make again. */
  private static PairedOutcome pair(int number) {
    int actual = number * 7 % 10 < 5 ? 0 : number * 7 % 10 < 8 ? 1 : 2;
    int champion = number % 4 == 0 ? (actual + 1) % 3 : actual;
    int challenger = number % 11 == 0 ? (actual + 2) % 3 : actual;
    return new PairedOutcome(CLASSES[actual], CLASSES[champion], CLASSES[challenger]);
  }

  /** What it would be if the versions had each other's place. */
  private static PairedOutcome exchanged(PairedOutcome pair) {
    String champion = pair.challenger();
    String challenger = pair.champion();
    return new PairedOutcome(pair.actual(), champion, challenger);
  }

  private static State of(PairedSequentialTest test, int reviews) {
    State state = PairedSequentialTest.start();
    for (int number = 0; number < reviews; number++) {
      state = test.update(state, pair(number));
    }
    return state;
  }

  @Test
  void sequenceGivenThenWhatPythonWorksOut() {
    State state = of(test, 150);
    assertThat(Math.log(test.better(state))).isCloseTo(2.702100745248361, within(1e-9));
    assertThat(Math.log(test.worse(state))).isCloseTo(-1.5280338943250578, within(1e-9));
    assertThat(test.interval(state).low()).isCloseTo(-0.09131115903949413, within(1e-9));
    assertThat(test.interval(state).high()).isCloseTo(0.40555097231637727, within(1e-9));

    PairedSequentialTest margin = new PairedSequentialTest(0.01, 0.03);
    State later = of(margin, 400);
    assertThat(Math.log(margin.better(later))).isCloseTo(10.844886224568038, within(1e-9));
    assertThat(Math.log(margin.worse(later))).isCloseTo(-3.486037936176212, within(1e-9));
    assertThat(margin.interval(later).low()).isCloseTo(0.0213979299793757, within(1e-9));
    assertThat(margin.interval(later).high()).isCloseTo(0.280375218255997, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void versionsExchangedThenTheEvidenceIsAsMuchOnAverageAsBefore(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    State state = PairedSequentialTest.start();
    for (int i = 0; i < 400; i++) {
      PairedOutcome pair =
          new PairedOutcome(
              CLASSES[random.nextInt(3)], CLASSES[random.nextInt(3)], CLASSES[random.nextInt(2)]);
      State there = test.update(state, pair);
      State back = test.update(state, exchanged(pair));

      double before = test.better(state);
      assertThat((test.better(there) + test.better(back)) / 2)
          .isCloseTo(before, within(1e-9 * before));
      assertThat((test.worse(there) + test.worse(back)) / 2)
          .isCloseTo(test.worse(state), within(1e-9 * test.worse(state)));
      state = there;
    }
  }

  @Test
  void championAlwaysWrongAndThenAlwaysRightThenEvidenceStaysFiniteAndPositive() {
    State state = PairedSequentialTest.start();
    for (int i = 0; i < 20_000; i++) {
      String actual = CLASSES[i % 2];
      String other = CLASSES[(i + 1) % 2];
      state =
          test.update(
              state,
              i < 10_000
                  ? new PairedOutcome(actual, other, actual)
                  : new PairedOutcome(actual, actual, other));
      assertThat(test.better(state)).isNotNegative().isFinite();
      assertThat(test.worse(state)).isNotNegative().isFinite();
    }
  }

  @Test
  void versionsThatAlwaysAgreeThenNothingIsKnownHoweverLong() {
    State state = PairedSequentialTest.start();
    for (int i = 0; i < 2000; i++) {
      state = test.update(state, new PairedOutcome(CLASSES[i % 3], "a", "a"));
    }

    assertThat(test.better(state)).isEqualTo(1);
    assertThat(test.worse(state)).isEqualTo(1);
    assertThat(state.counts().agreements()).isEqualTo(2000);
  }

  @Test
  void betterChallengerThenSaidSoAndExchangedThenWorse() {
    State state = PairedSequentialTest.start();
    State other = PairedSequentialTest.start();
    for (int number = 0; number < 1000; number++) {
      PairedOutcome pair = pair(number);
      state = test.update(state, pair);
      other = test.update(other, exchanged(pair));
    }

    assertThat(test.isBetter(state)).isTrue();
    assertThat(test.isWorse(state)).isFalse();
    assertThat(test.isBetter(other)).isFalse();
    assertThat(test.isWorse(other)).isTrue();
    Interval interval = test.interval(state);
    assertThat(interval.low()).isPositive();
    assertThat(test.interval(other).high()).isCloseTo(-interval.low(), within(1e-9));
    double found = state.counts().challengerMacroF1() - state.counts().championMacroF1();
    assertThat(found).isBetween(interval.low(), interval.high());
  }

  @Test
  void nothingSeenThenNoEvidenceAndTheWidestInterval() {
    State start = PairedSequentialTest.start();

    assertThat(test.better(start)).isEqualTo(1);
    assertThat(test.interval(start)).isEqualTo(new Interval(-1, 1));
    assertThat(test.evidenceNeeded()).isEqualTo(20);
  }

  static List<ChallengerSimulation.Pairing> equal() {
    return ChallengerSimulation.equal();
  }

  /** 5% of 300 trials are 15, with a standard deviation of 3.8. */
  @ParameterizedTest
  @MethodSource("equal")
  void challengerThatIsNotBetterThenRarelyCalledSoHoweverOftenOneLooks(
      ChallengerSimulation.Pairing pairing) {
    ChallengerSimulation.Result found = ChallengerSimulation.measure(pairing, 100, 1500, 300, 20);

    assertThat(pairing.difference()).isCloseTo(0, within(1e-9));
    assertThat(found.better()).isLessThanOrEqualTo(0.085);
    assertThat(found.worse()).isLessThanOrEqualTo(0.085);
    assertThat(found.held()).isGreaterThanOrEqualTo(0.95);
    assertThat(found.naive()).isGreaterThan(0.1);
  }

  static List<ChallengerSimulation.Pairing> better() {
    return ChallengerSimulation.differing(0.1);
  }

  @ParameterizedTest
  @MethodSource("better")
  void challengerTenPointsBetterThenCalledSoWithinAThousandLabels(
      ChallengerSimulation.Pairing pairing) {
    ChallengerSimulation.Result found = ChallengerSimulation.measure(pairing, 100, 1000, 100, 3);

    assertThat(pairing.difference()).isCloseTo(0.1, within(1e-6));
    assertThat(found.better()).isGreaterThan(0.95);
    assertThat(found.labels()).isBetween(100L, 600L);
    assertThat(found.worse()).isZero();
  }

  @Test
  void challengerFivePointsWorseThenCalledSo() {
    for (ChallengerSimulation.Pairing pairing : ChallengerSimulation.differing(-0.05)) {
      ChallengerSimulation.Result found = ChallengerSimulation.measure(pairing, 100, 3000, 50, 4);

      assertThat(found.worse()).as(pairing.name()).isGreaterThan(0.9);
      assertThat(found.better()).isZero();
    }
  }

  @Test
  void errorOrMarginThatIsNoneThenRefused() {
    assertThatThrownBy(() -> new PairedSequentialTest(0, 0))
        .hasMessage("Error is 0.0, must be above 0 and below 1");
    assertThatThrownBy(() -> new PairedSequentialTest(0.05, -0.1))
        .hasMessage("Margin is -0.1, must be from 0 to below 1");
  }
}
