package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreditPricesTest {
  private static final String[] CLASSES = {"a", "b", "c", "d"};

  /** Class a half the time, d rarely; the versions are right with other shares and err anyhow. */
  private static List<PairedOutcome> pairs(SplittableRandom random, int reviews) {
    List<PairedOutcome> pairs = new ArrayList<>();
    for (int i = 0; i < reviews; i++) {
      double draw = random.nextDouble();
      int actual = draw < 0.5 ? 0 : draw < 0.8 ? 1 : draw < 0.95 ? 2 : 3;
      pairs.add(
          new PairedOutcome(
              CLASSES[actual],
              CLASSES[random.nextDouble() < 0.8 ? actual : random.nextInt(4)],
              CLASSES[random.nextDouble() < 0.6 + 0.08 * actual ? actual : random.nextInt(4)]));
    }
    return pairs;
  }

  private static PairedCounts counts(List<PairedOutcome> pairs) {
    PairedCounts counts = PairedCounts.NONE;
    for (PairedOutcome pair : pairs) {
      counts = counts.plus(pair);
    }
    return counts;
  }

  private static double macroF1(List<PairedOutcome> pairs, boolean challenger) {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of());
    pairs.forEach(
        pair -> matrix.add(pair.actual(), challenger ? pair.challenger() : pair.champion()));
    return matrix.macroF1();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void pricesOfTheSameReviewsThenTheMeanDifferenceIsThatOfMacroF1(long seed) {
    List<PairedOutcome> pairs = pairs(new SplittableRandom(seed), 50_000);
    CreditPrices prices = CreditPrices.of(counts(pairs));

    double mean = pairs.stream().mapToDouble(prices::difference).average().orElseThrow();

    assertThat(mean).isCloseTo(macroF1(pairs, true) - macroF1(pairs, false), within(2e-4));
    assertThat(Math.abs(mean)).isGreaterThan(0.005);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyPairThenWithinTheBoundWhichOneReaches(long seed) {
    CreditPrices prices = CreditPrices.of(counts(pairs(new SplittableRandom(seed), 60)));
    List<String> names = List.of("a", "b", "c", "d", "never seen");
    double largest = 0;
    for (String actual : names) {
      for (String champion : names) {
        for (String challenger : names) {
          double difference = prices.difference(new PairedOutcome(actual, champion, challenger));
          assertThat(difference)
              .isEqualTo(-prices.difference(new PairedOutcome(actual, challenger, champion)));
          largest = Math.max(largest, Math.abs(difference));
        }
      }
    }

    assertThat(largest).isCloseTo(prices.bound(), within(1e-12));
  }

  @Test
  void countsThenMacroF1AsTheConfusionMatricesHaveIt() {
    List<PairedOutcome> pairs = pairs(new SplittableRandom(9), 300);
    PairedCounts counts = counts(pairs);

    assertThat(counts.championMacroF1()).isCloseTo(macroF1(pairs, false), within(1e-12));
    assertThat(counts.challengerMacroF1()).isCloseTo(macroF1(pairs, true), within(1e-12));
    assertThat(counts.reviews()).isEqualTo(300);
    assertThat(counts.agreements())
        .isEqualTo(pairs.stream().filter(p -> p.champion().equals(p.challenger())).count());
  }

  @Test
  void rareClassThenAnAnswerToItEarnsMoreAndOneBelowAPercentNothing() {
    List<PairedOutcome> pairs = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      String actual = i < 5 ? "hardly" : i < 100 ? "rare" : "common";
      pairs.add(new PairedOutcome(actual, actual, i % 10 == 0 ? "common" : actual));
    }
    CreditPrices prices = CreditPrices.of(counts(pairs));

    double rare = prices.difference(new PairedOutcome("rare", "common", "rare"));
    double common = prices.difference(new PairedOutcome("common", "rare", "common"));
    assertThat(rare).isGreaterThan(common).isPositive();
    assertThat(prices.difference(new PairedOutcome("hardly", "new", "hardly"))).isZero();
    assertThat(prices.difference(new PairedOutcome("hardly", "hardly", "common"))).isNegative();
  }

  @Test
  void nothingSeenThenNoPricesAndNoBound() {
    CreditPrices prices = CreditPrices.of(PairedCounts.NONE);

    assertThat(prices.bound()).isZero();
    assertThat(prices.difference(new PairedOutcome("a", "a", "b"))).isZero();
  }
}
