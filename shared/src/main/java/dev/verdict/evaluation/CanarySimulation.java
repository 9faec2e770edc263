package dev.verdict.evaluation;

import dev.verdict.evaluation.IntervalSimulation.Population;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How often a canary is rolled back by {@link MacroF1Difference}, asked after each of its labels,
 * and how often it would be by two intervals of 95% that are made to be looked at once.
 */
public final class CanarySimulation {
  private static final double ERROR = 0.05;

  private CanarySimulation() {}

  /**
   * What the canaries of one kind came to.
   *
   * @param population of the former champion
   * @param difference macro F1 of the canary less that of the former champion
   * @param rolledBack share of the canaries
   * @param labels of its own at which half of those were rolled back; 0 without any
   * @param byIntervals share that two intervals of 95% would have rolled back
   */
  public record Result(
      Population population,
      double difference,
      double rolledBack,
      long labels,
      double byIntervals) {}

  /**
   * Follows canaries label by label.
   *
   * @param difference macro F1 of the canary less that of the former champion, from -0.5 to 0
   * @param share of the reviews that the canary serves, above 0 and below 1
   * @param minLabels of each before the first look
   * @param labels of the canary after which it is confirmed
   * @param trials how many canaries
   */
  public static Result measure(
      Population former,
      double difference,
      double share,
      int minLabels,
      int labels,
      int trials,
      long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Population canary = worse(former, -difference);
    List<Long> needed = new ArrayList<>();
    int byIntervals = 0;
    for (int i = 0; i < trials; i++) {
      Trial trial = new Trial(former, canary, share, random);
      trial.run(minLabels, labels);
      if (trial.rolledBackAt > 0) {
        needed.add(trial.rolledBackAt);
      }
      byIntervals += trial.byIntervals ? 1 : 0;
    }
    needed.sort(null);
    return new Result(
        former,
        canary.macroF1() - former.macroF1(),
        (double) needed.size() / trials,
        needed.isEmpty() ? 0 : needed.get(needed.size() / 2),
        (double) byIntervals / trials);
  }

  /** Every recall is moved by the same share of the way to chance. */
  private static Population worse(Population former, double by) {
    double[][] shares = former.shares();
    double[] mix = Arrays.stream(shares).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
    double low = 0;
    double high = 1;
    Population found = former;
    while (by > 0 && high - low > 1e-12) {
      double way = (low + high) / 2;
      double[] recall = new double[mix.length];
      Arrays.setAll(
          recall, i -> shares[i][i] / mix[i] + way * (1.0 / mix.length - shares[i][i] / mix[i]));
      found = Population.of("canary", mix, recall);
      if (former.macroF1() - found.macroF1() > by) {
        high = way;
      } else {
        low = way;
      }
    }
    return found;
  }

  /** One canary; it goes on after it is rolled back, so that the intervals are seen out. */
  private static final class Trial {
    private final Population former;
    private final Population canary;
    private final double share;
    private final SplittableRandom random;
    private final ConfusionMatrix ofFormer;
    private final ConfusionMatrix ofCanary;
    private long rolledBackAt;
    private boolean byIntervals;

    Trial(Population former, Population canary, double share, SplittableRandom random) {
      this.former = former;
      this.canary = canary;
      this.share = share;
      this.random = random;
      List<String> classes = new ArrayList<>();
      for (int i = 0; i < former.shares().length; i++) {
        classes.add("class " + i);
      }
      ofFormer = new ConfusionMatrix(classes);
      ofCanary = new ConfusionMatrix(classes);
    }

    void run(int minLabels, int labels) {
      while (ofCanary.total() < labels) {
        if (random.nextDouble() >= share) {
          draw(former, ofFormer);
        } else {
          draw(canary, ofCanary);
          if (Math.min(ofCanary.total(), ofFormer.total()) >= minLabels) {
            look();
          }
        }
      }
    }

    private void look() {
      byIntervals |=
          MacroF1Interval.ofWindow(ofCanary).high() < MacroF1Interval.ofWindow(ofFormer).low();
      if (rolledBackAt == 0 && MacroF1Difference.of(ofCanary, ofFormer, ERROR).high() < 0) {
        rolledBackAt = ofCanary.total();
      }
    }

    private void draw(Population version, ConfusionMatrix matrix) {
      double left = random.nextDouble();
      int classes = version.shares().length;
      int actual = 0;
      int predicted = 0;
      for (int cell = 0; cell < classes * classes && left >= 0; cell++) {
        actual = cell / classes;
        predicted = cell % classes;
        left -= version.shares()[actual][predicted];
      }
      matrix.add(matrix.classes().get(actual), matrix.classes().get(predicted));
    }
  }
}
