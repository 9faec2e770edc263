package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MultinomialTest {
  @Test
  void fewReviewsThenEveryResampleAsOftenAsByTheFormula() {
    Multinomial reviews = new Multinomial(new long[] {1, 0, 3});
    SplittableRandom random = new SplittableRandom(1);
    int[] seen = new int[5];
    int runs = 40_000;
    for (int i = 0; i < runs; i++) {
      long[] drawn = reviews.draw(random);
      assertThat(drawn[1]).isZero();
      assertThat(drawn[0] + drawn[2]).isEqualTo(4);
      seen[(int) drawn[0]]++;
    }

    double[] binomial = {81 / 256.0, 108 / 256.0, 54 / 256.0, 12 / 256.0, 1 / 256.0};
    for (int k = 0; k < 5; k++) {
      assertThat((double) seen[k] / runs).isCloseTo(binomial[k], within(0.008));
    }
  }

  @Test
  void manyReviewsThenMeanVarianceAndCovarianceOfTheMultinomial() {
    long[] counts = {700, 200, 100};
    Multinomial reviews = new Multinomial(counts);
    SplittableRandom random = new SplittableRandom(2);
    int runs = 20_000;
    double[] sums = new double[3];
    double squares = 0;
    double products = 0;
    for (int i = 0; i < runs; i++) {
      long[] drawn = reviews.draw(random);
      assertThat(Arrays.stream(drawn).sum()).isEqualTo(1000);
      for (int c = 0; c < 3; c++) {
        sums[c] += drawn[c];
      }
      squares += (drawn[2] - 100.0) * (drawn[2] - 100.0);
      products += (drawn[0] - 700.0) * (drawn[2] - 100.0);
    }

    for (int c = 0; c < 3; c++) {
      assertThat(sums[c] / runs).isCloseTo((double) counts[c], within(0.5));
    }
    assertThat(squares / runs).isCloseTo(1000 * 0.1 * 0.9, within(4.0));
    assertThat(products / runs).isCloseTo(-1000 * 0.7 * 0.1, within(5.0));
  }

  @Test
  void resampledScoresThenSpreadAsByDrawingReviewByReview() {
    int[] cells = new int[300];
    Random simple = new Random(4);
    long[] counts = new long[4];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = simple.nextInt(10) < 8 ? 3 * simple.nextInt(2) : simple.nextInt(4);
      counts[cells[i]]++;
    }
    int runs = 4000;
    double[] fast = new double[runs];
    double[] slow = new double[runs];
    Multinomial reviews = new Multinomial(counts);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < runs; i++) {
      long[] drawn = new long[4];
      for (int review = 0; review < cells.length; review++) {
        drawn[cells[simple.nextInt(cells.length)]]++;
      }
      slow[i] = macroF1(drawn);
      fast[i] = macroF1(reviews.draw(random));
    }
    Arrays.sort(fast);
    Arrays.sort(slow);

    for (double share : new double[] {0.025, 0.25, 0.5, 0.75, 0.975}) {
      assertThat(MacroF1Interval.percentile(fast, share))
          .isCloseTo(MacroF1Interval.percentile(slow, share), within(0.005));
    }
  }

  private static double macroF1(long[] cells) {
    return ConfusionMatrix.macroF1(new long[][] {{cells[0], cells[1]}, {cells[2], cells[3]}});
  }
}
