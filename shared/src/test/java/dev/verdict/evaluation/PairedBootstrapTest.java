package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.evaluation.PairedBootstrap.Comparison;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  private final PairedBootstrap bootstrap = new PairedBootstrap(2000, 11);

  @Test
  void sameAnswersThenNeverBetter() {
    int[] actual = {0, 0, 1, 1};
    int[] answers = {0, 1, 1, 1};

    Comparison found = bootstrap.compare(actual, answers, answers, 2);

    assertThat(found.difference()).isZero();
    assertThat(found.low()).isZero();
    assertThat(found.high()).isZero();
    assertThat(found.probabilityBetter()).isZero();
  }

  @Test
  void eachRightWhereTheOtherIsWrongThenUndecided() {
    int[] actual = new int[200];
    int[] champion = new int[200];
    int[] challenger = new int[200];
    for (int i = 0; i < 200; i++) {
      actual[i] = i % 2;
      champion[i] = i % 20 < 2 ? 1 - actual[i] : actual[i];
      challenger[i] = i % 20 >= 18 ? 1 - actual[i] : actual[i];
    }

    Comparison found = bootstrap.compare(actual, champion, challenger, 2);

    assertThat(found.difference()).isCloseTo(0, within(1e-12));
    assertThat(found.probabilityBetter()).isBetween(0.4, 0.55);
  }

  @Test
  void manyAnswersThenAsByDrawingReviewByReview() {
    Random random = new Random(12);
    int reviews = 250;
    int[] actual = new int[reviews];
    int[] champion = new int[reviews];
    int[] challenger = new int[reviews];
    for (int i = 0; i < reviews; i++) {
      actual[i] = random.nextInt(3);
      champion[i] = random.nextInt(10) < 7 ? actual[i] : random.nextInt(3);
      challenger[i] = random.nextInt(10) < 6 ? champion[i] : actual[i];
    }
    double[] differences = new double[3000];
    int better = 0;
    for (int run = 0; run < differences.length; run++) {
      long[][] first = new long[3][3];
      long[][] second = new long[3][3];
      for (int i = 0; i < reviews; i++) {
        int drawn = random.nextInt(reviews);
        first[actual[drawn]][champion[drawn]]++;
        second[actual[drawn]][challenger[drawn]]++;
      }
      differences[run] = ConfusionMatrix.macroF1(second) - ConfusionMatrix.macroF1(first);
      better += differences[run] > 0 ? 1 : 0;
    }
    Arrays.sort(differences);

    Comparison found = bootstrap.compare(actual, champion, challenger, 3);

    assertThat(found.low()).isCloseTo(MacroF1Interval.percentile(differences, 0.025), within(0.01));
    assertThat(found.high())
        .isCloseTo(MacroF1Interval.percentile(differences, 0.975), within(0.01));
    assertThat(found.probabilityBetter())
        .isCloseTo((double) better / differences.length, within(0.03));
    assertThat(found.reviews()).isEqualTo(reviews);
    assertThat(bootstrap.compare(actual, champion, challenger, 3)).isEqualTo(found);
  }

  @Test
  void noReviewsThenNeverBetter() {
    Comparison found = bootstrap.compare(new int[0], new int[0], new int[0], 0);

    assertThat(found.probabilityBetter()).isZero();
  }

  @Test
  void otherReviewsOrAnUnknownClassThenRefused() {
    assertThatThrownBy(() -> bootstrap.compare(new int[2], new int[2], new int[1], 2))
        .hasMessage("Champion was tested on 2 reviews and challenger on 1, must be the same 2");
    assertThatThrownBy(() -> bootstrap.compare(new int[1], new int[] {2}, new int[1], 2))
        .hasMessage("Class is 2, must be 0 to 1");
  }
}
