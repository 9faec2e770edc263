package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.evaluation.PromotionGate.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromotionGateTest {
  private final PromotionGate gate = new PromotionGate();

  private static ConfusionMatrix matrix(long rightA, long wrongA, long rightB, long wrongB) {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"));
    matrix.add("a", "a", rightA);
    matrix.add("a", "b", wrongA);
    matrix.add("b", "b", rightB);
    matrix.add("b", "a", wrongB);
    return matrix;
  }

  @Test
  void betterChallengerThenPromotedWithBothScores() {
    assertThat(gate.compare(matrix(40, 10, 40, 10), matrix(45, 5, 45, 5)))
        .isEqualTo(
            new Outcome(
                true, "challenger 0.9000 beats champion 0.8000 macro F1 on 100 held-out reviews"));
  }

  @Test
  void sameScoreThenTheChampionStays() {
    assertThat(gate.compare(matrix(40, 10, 40, 10), matrix(40, 10, 40, 10)))
        .isEqualTo(
            new Outcome(
                false,
                "challenger 0.8000 does not beat champion 0.8000 macro F1 on 100 held-out reviews"));
  }

  @Test
  void moreRightAnswersButTheRareClassLostThenNotPromoted() {
    ConfusionMatrix champion = matrix(85, 5, 8, 2);
    ConfusionMatrix alwaysTheFrequentClass = matrix(90, 0, 5, 5);
    ConfusionMatrix challenger = matrix(90, 0, 4, 6);

    assertThat(challenger.accuracy()).isGreaterThan(champion.accuracy());
    assertThat(gate.compare(champion, challenger).promoted()).isFalse();
    assertThat(gate.compare(challenger, alwaysTheFrequentClass).promoted()).isTrue();
  }

  @Test
  void noHeldOutReviewsThenNotPromoted() {
    assertThat(gate.compare(matrix(0, 0, 0, 0), matrix(0, 0, 0, 0)).promoted()).isFalse();
  }

  @Test
  void differentReviewsThenRefused() {
    assertThatThrownBy(() -> gate.compare(matrix(1, 0, 0, 0), matrix(1, 1, 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Champion was tested on 1 reviews and challenger on 2, must be the same");
  }
}
