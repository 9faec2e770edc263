package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.evaluation.PromotionGate.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromotionGateTest {
  private final PromotionGate gate = new PromotionGate(0.95);

  /** Reviews of the classes a and b in turn, of which the first so many are answered wrongly. */
  private static List<String> answers(int reviews, int wrong) {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < reviews; i++) {
      answers.add((i % 2 == 0) == (i >= wrong) ? "a" : "b");
    }
    return answers;
  }

  private static ConfusionMatrix matrix(long rightA, long wrongA, long rightB, long wrongB) {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"));
    matrix.add("a", "a", rightA);
    matrix.add("a", "b", wrongA);
    matrix.add("b", "b", rightB);
    matrix.add("b", "a", wrongB);
    return matrix;
  }

  @Test
  void surelyBetterThenPromotedWithScoresDifferenceAndReviews() {
    Outcome outcome = gate.compare(answers(1000, 0), answers(1000, 200), answers(1000, 100));

    assertThat(outcome.promoted()).isTrue();
    assertThat(outcome.reason())
        .matches(
            "challenger 0\\.9000 beats champion 0\\.8000 macro F1 by 0\\.1000"
                + " \\(95% 0\\.08\\d\\d to 0\\.1[12]\\d\\d\\) on 1000 held-out reviews");
    assertThat(outcome.comparison().orElseThrow().probabilityBetter()).isEqualTo(1);
  }

  @Test
  void aLittleBetterOnFewReviewsThenTheChampionStaysAndTheProbabilityIsTold() {
    List<String> actual = answers(100, 0);
    List<String> champion = answers(100, 20);
    List<String> challenger = new ArrayList<>(actual);
    // Other mistakes, one fewer.
    for (int i = 60; i < 79; i++) {
      challenger.set(i, actual.get(i).equals("a") ? "b" : "a");
    }

    Outcome outcome = gate.compare(actual, champion, challenger);

    assertThat(outcome.promoted()).isFalse();
    assertThat(outcome.reason())
        .matches(
            "challenger 0\\.8\\d\\d\\d does not beat champion 0\\.8000 macro F1, difference"
                + " 0\\.01\\d\\d \\(95% -0\\.\\d{4} to 0\\.\\d{4}\\) on 100 held-out reviews:"
                + " probability of being better 0\\.5\\d, must be at least 0\\.95");
    assertThat(new PromotionGate(0.5).compare(actual, champion, challenger).promoted()).isTrue();
  }

  @Test
  void sameAnswersThenTheChampionStaysHoweverLittleIsAsked() {
    List<String> answers = answers(100, 20);

    assertThat(new PromotionGate(0.01).compare(answers(100, 0), answers, answers).promoted())
        .isFalse();
  }

  @Test
  void moreRightAnswersButTheRareClassLostThenNotPromoted() {
    List<String> actual = new ArrayList<>(Collections.nCopies(900, "a"));
    actual.addAll(Collections.nCopies(100, "b"));
    List<String> champion = new ArrayList<>(Collections.nCopies(840, "a"));
    champion.addAll(Collections.nCopies(140, "b"));
    champion.addAll(Collections.nCopies(20, "a"));
    List<String> alwaysTheFrequentClass = Collections.nCopies(1000, "a");

    assertThat(gate.compare(actual, champion, alwaysTheFrequentClass).promoted()).isFalse();
    assertThat(gate.compare(actual, alwaysTheFrequentClass, champion).promoted()).isTrue();
  }

  @Test
  void classTheChampionDoesNotKnowThenComparedOnTheUnion() {
    List<String> actual = new ArrayList<>(answers(200, 0));
    actual.addAll(Collections.nCopies(100, "mixed"));
    List<String> champion = new ArrayList<>(answers(200, 0));
    champion.addAll(Collections.nCopies(100, "a"));

    Outcome outcome = gate.compare(actual, champion, actual);

    assertThat(outcome.promoted()).isTrue();
    assertThat(outcome.reason()).startsWith("challenger 1.0000 beats champion 0.5556 macro F1");
  }

  @Test
  void noHeldOutReviewsThenNotPromoted() {
    assertThat(gate.compare(List.of(), List.of(), List.of()).promoted()).isFalse();
  }

  @Test
  void differentReviewsThenRefused() {
    assertThatThrownBy(() -> gate.compare(answers(2, 0), answers(2, 0), answers(1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Champion was tested on 2 reviews and challenger on 1, must be the same 2");
  }

  @Test
  void confidenceThatIsNoProbabilityThenRefused() {
    assertThatThrownBy(() -> new PromotionGate(1.5))
        .hasMessage("Confidence is 1.5, must be above 0 and at most 1");
    assertThatThrownBy(() -> new PromotionGate(Double.NaN))
        .hasMessage("Confidence is NaN, must be above 0 and at most 1");
  }

  @Test
  void firstVersionBetterThanTheFrequentClassThenPromoted() {
    assertThat(gate.first(matrix(45, 15, 30, 10)))
        .isEqualTo(
            new Outcome(
                true,
                "first champion, 0.7442 macro F1 on 100 held-out reviews, above the 0.3750 of"
                    + " always answering a",
                java.util.Optional.empty()));
  }

  @Test
  void firstVersionThatAlwaysSaysTheSameThenNotPromoted() {
    Outcome outcome = gate.first(matrix(60, 0, 0, 40));

    assertThat(outcome.promoted()).isFalse();
    assertThat(outcome.reason())
        .isEqualTo(
            "first version is not good enough, 0.3750 macro F1 on 100 held-out reviews, not above"
                + " the 0.3750 of always answering a");
  }

  @Test
  void firstVersionWithoutReviewsOfTwoClassesThenPromotedUntested() {
    assertThat(gate.first(matrix(5, 5, 0, 0)).reason())
        .isEqualTo("first champion, untested: 10 held-out reviews of 1 classes");
    assertThat(gate.first(matrix(0, 0, 0, 0)).promoted()).isTrue();
  }
}
