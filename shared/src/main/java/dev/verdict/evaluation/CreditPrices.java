package dev.verdict.evaluation;

import dev.verdict.evaluation.PairedCounts.ClassCounts;
import java.util.List;

/**
 * What one answer is worth to macro F1, at prices fixed before the answer is seen.
 *
 * <p>F1 of a class is N / D, where N is twice the share of reviews that were of the class and taken
 * for it, and D the share that was of the class plus the share that was taken for it. For two
 * versions, with the means F and D of their two values,
 *
 * <pre>F1' - F1 = ((N' - N) - F (D' - D)) / D</pre>
 *
 * exactly, by the product rule. So an answer p to a review of class y earns {@code 2 / D_y} if it
 * is right and costs {@code F_p / D_p} in any case, both over the number of classes, and the mean
 * difference of what two versions earn is the difference of their macro F1. It is 0 wherever both
 * answer the same.
 *
 * <p>The means are estimated from the reviews before, one review added to each class. A class below
 * 1% of the labels earns and costs nothing: its price would be so high that one review decides.
 */
final class CreditPrices {
  private static final double MIN_SHARE = 0.01;
  private static final int MIN_REVIEWS = 2;

  private final List<ClassCounts> classes;
  private final double[] right;
  private final double[] taken;
  private final double bound;

  private CreditPrices(List<ClassCounts> classes, double[] right, double[] taken) {
    this.classes = classes;
    this.right = right;
    this.taken = taken;
    this.bound = bound(right, taken);
  }

  static CreditPrices of(PairedCounts counts) {
    List<ClassCounts> classes = counts.classes();
    double reviews = counts.reviews();
    int priced = 0;
    for (ClassCounts each : classes) {
      priced += isPriced(each, reviews) ? 1 : 0;
    }
    double[] right = new double[classes.size()];
    double[] taken = new double[classes.size()];
    for (int i = 0; i < right.length; i++) {
      ClassCounts each = classes.get(i);
      if (isPriced(each, reviews)) {
        double ofChampion = each.actual() + each.champion() + 2.0;
        double ofChallenger = each.actual() + each.challenger() + 2.0;
        double share = (ofChampion + ofChallenger) / 2 / (reviews + right.length);
        double f1 =
            ((2 * each.championRight() + 1) / ofChampion
                    + (2 * each.challengerRight() + 1) / ofChallenger)
                / 2;
        right[i] = 2 / (share * priced);
        taken[i] = f1 / (share * priced);
      }
    }
    return new CreditPrices(classes, right, taken);
  }

  private static boolean isPriced(ClassCounts each, double reviews) {
    return each.actual() >= MIN_REVIEWS && each.actual() >= MIN_SHARE * reviews;
  }

  /** What the challenger earns more than the champion. */
  double difference(PairedOutcome pair) {
    return pair.agrees()
        ? 0
        : earned(pair.actual(), pair.challenger()) - earned(pair.actual(), pair.champion());
  }

  private double earned(String actual, String answer) {
    for (int i = 0; i < right.length; i++) {
      if (classes.get(i).name().equals(answer)) {
        return (answer.equals(actual) ? right[i] : 0) - taken[i];
      }
    }
    return 0;
  }

  /** The largest difference that any pair can have; 0 while no class has a price. */
  double bound() {
    return bound;
  }

  private static double bound(double[] right, double[] taken) {
    double bound = 0;
    for (int actual = 0; actual < right.length; actual++) {
      double costliest = 0;
      for (int answer = 0; answer < right.length; answer++) {
        costliest = answer == actual ? costliest : Math.max(costliest, taken[answer]);
      }
      // Against the right answer, or against one of no price.
      bound = Math.max(bound, Math.max(0, right[actual] - taken[actual]) + costliest);
    }
    return bound;
  }
}
