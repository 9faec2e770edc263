package dev.verdict.evaluation;

import java.util.Locale;

/**
 * Lets a challenger take the champion's place only if it is better on the same held-out reviews,
 * which neither was trained on.
 */
public final class PromotionGate {

  /**
   * What was decided.
   *
   * @param promoted whether the challenger is published
   * @param reason with both scores
   */
  public record Outcome(boolean promoted, String reason) {}

  /**
   * Compares two confusion matrices of the same reviews.
   *
   * @throws IllegalArgumentException if they do not count the same number of reviews
   */
  public Outcome compare(ConfusionMatrix champion, ConfusionMatrix challenger) {
    if (champion.total() != challenger.total()) {
      throw new IllegalArgumentException(
          "Champion was tested on %d reviews and challenger on %d, must be the same"
              .formatted(champion.total(), challenger.total()));
    }
    boolean better = challenger.macroF1() > champion.macroF1();
    return new Outcome(
        better,
        String.format(
            Locale.ROOT,
            "challenger %.4f %s champion %.4f macro F1 on %d held-out reviews",
            challenger.macroF1(),
            better ? "beats" : "does not beat",
            champion.macroF1(),
            champion.total()));
  }
}
