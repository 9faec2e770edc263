package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Lets a challenger take the champion's place only if it is surely enough better on the same
 * held-out reviews, which neither was trained on; and a first version only if it is better than an
 * answer that reads nothing.
 */
public final class PromotionGate {
  private static final int RESAMPLES = 2000;
  private static final long SEED = 1;

  private final double confidence;

  /**
   * @param confidence least probability that the challenger is better, see {@link PairedBootstrap}
   * @throws IllegalArgumentException if it is not above 0 and at most 1
   */
  public PromotionGate(double confidence) {
    if (!(confidence > 0 && confidence <= 1)) {
      throw new IllegalArgumentException(
          "Confidence is " + confidence + ", must be above 0 and at most 1");
    }
    this.confidence = confidence;
  }

  /**
   * What was decided.
   *
   * @param promoted whether the challenger is published
   * @param reason with both scores
   * @param comparison absent for a first version
   */
  public record Outcome(
      boolean promoted, String reason, Optional<PairedBootstrap.Comparison> comparison) {}

  /**
   * Compares the answers of two versions to the same reviews; the versions may know different
   * classes.
   *
   * @param actual the true class of each review
   * @param champion its answers, in the same order
   * @param challenger its answers, in the same order
   * @throws IllegalArgumentException if there are not as many of each
   */
  public Outcome compare(List<String> actual, List<String> champion, List<String> challenger) {
    Set<String> union = new LinkedHashSet<>(actual);
    union.addAll(champion);
    union.addAll(challenger);
    List<String> classes = new ArrayList<>(union);
    PairedBootstrap.Comparison found =
        new PairedBootstrap(RESAMPLES, SEED)
            .compare(
                indexes(classes, actual),
                indexes(classes, champion),
                indexes(classes, challenger),
                classes.size());
    boolean promoted = found.difference() > 0 && found.probabilityBetter() >= confidence;
    return new Outcome(promoted, promoted ? beats(found) : doesNotBeat(found), Optional.of(found));
  }

  /**
   * Judges a version that has no champion to beat: its macro F1 must be above that of always
   * answering the most frequent class. Held-out reviews of fewer than two classes tell nothing, and
   * the version passes.
   */
  public Outcome first(ConfusionMatrix version) {
    List<String> occurring =
        version.classes().stream().filter(name -> version.support(name) > 0).toList();
    if (occurring.size() < 2) {
      return new Outcome(
          true,
          "first champion, untested: %d held-out reviews of %d classes"
              .formatted(version.total(), occurring.size()),
          Optional.empty());
    }
    String frequent = occurring.get(0);
    for (String name : occurring) {
      frequent = version.support(name) > version.support(frequent) ? name : frequent;
    }
    ConfusionMatrix always = new ConfusionMatrix(occurring);
    for (String name : occurring) {
      always.add(name, frequent, version.support(name));
    }
    boolean better = version.macroF1() > always.macroF1();
    return new Outcome(
        better,
        String.format(
            Locale.ROOT,
            "first %s, %.4f macro F1 on %d held-out reviews, %s %.4f of always answering %s",
            better ? "champion" : "version is not good enough",
            version.macroF1(),
            version.total(),
            better ? "above the" : "not above the",
            always.macroF1(),
            frequent),
        Optional.empty());
  }

  private static String beats(PairedBootstrap.Comparison found) {
    return String.format(
        Locale.ROOT,
        "challenger %.4f beats champion %.4f macro F1 by %.4f (95%% %.4f to %.4f) on %d held-out"
            + " reviews",
        found.challenger(),
        found.champion(),
        found.difference(),
        found.low(),
        found.high(),
        found.reviews());
  }

  private String doesNotBeat(PairedBootstrap.Comparison found) {
    return String.format(
        Locale.ROOT,
        "challenger %.4f does not beat champion %.4f macro F1, difference %.4f (95%% %.4f to %.4f)"
            + " on %d held-out reviews: probability of being better %.2f, must be at least %s",
        found.challenger(),
        found.champion(),
        found.difference(),
        found.low(),
        found.high(),
        found.reviews(),
        // Never rounded up to what would have been enough.
        Math.floor(found.probabilityBetter() * 100) / 100,
        confidence);
  }

  private static int[] indexes(List<String> classes, List<String> names) {
    return names.stream().mapToInt(classes::indexOf).toArray();
  }
}
