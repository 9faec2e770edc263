package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How often {@link PairedSequentialTest}, asked after every label, calls a challenger better that
 * is not, and how many labels it needs for one that is; and how often a z test at the same level
 * would that is asked as often but made to be asked once.
 */
public final class ChallengerSimulation {
  private static final double ERROR = 0.05;

  /** Of the standard normal distribution: above it lie 5%. */
  private static final double DEVIATE = 1.6448536269514722;

  private static final double NONE = 0;

  private ChallengerSimulation() {}

  /**
   * A champion and a challenger.
   *
   * @param name for people
   * @param champion shares of its answers, see {@link IntervalSimulation.Population}
   * @param challenger shares of its answers, with the same mix of classes
   * @param alike share of the reviews that both find equally hard; to the others each answers by
   *     itself
   */
  public record Pairing(
      String name,
      IntervalSimulation.Population champion,
      IntervalSimulation.Population challenger,
      double alike) {

    static Pairing of(
        String name, double[] mix, double[] champion, double[] challenger, double alike) {
      return new Pairing(
          name,
          IntervalSimulation.Population.of("champion", mix, champion),
          IntervalSimulation.Population.of("challenger", mix, challenger),
          alike);
    }

    /** Macro F1 of the challenger minus that of the champion. */
    public double difference() {
      return challenger.macroF1() - champion.macroF1();
    }
  }

  /**
   * What the trials of one pairing came to.
   *
   * @param agreement share of the reviews to which both answered the same
   * @param better share of the trials in which the challenger was called better
   * @param worse share in which it was called worse
   * @param undecided share in which the labels ran out
   * @param labels median until it was called better; 0 if it never was
   * @param held share of the trials whose interval held the difference at every label
   * @param naive share in which the z test called it better at some time
   */
  public record Result(
      Pairing pairing,
      double agreement,
      double better,
      double worse,
      double undecided,
      long labels,
      double held,
      double naive) {}

  /** Challengers that are not better: as good in every class, or better in one and worse in one. */
  public static List<Pairing> equal() {
    double[] even = {0.5, 0.5};
    double[] skewed = {0.1, 0.9};
    double[] three = {0.1, 0.12, 0.78};
    double[] five = {0.5, 0.2, 0.15, 0.1, 0.05};
    double[] ofSkewed = {0.7, 0.95};
    double[] ofThree = {0.6, 0.4, 0.93};
    double[] ofFive = {0.9, 0.8, 0.7, 0.6, 0.5};
    return List.of(
        same("2 classes, recall 0.75", even, new double[] {0.75, 0.75}, 0.8),
        same("2 classes, recall 0.90", even, new double[] {0.9, 0.9}, 0.8),
        same("2 classes, 0.90, mostly alike", even, new double[] {0.9, 0.9}, 0.95),
        same("2 classes, 0.90, independent", even, new double[] {0.9, 0.9}, NONE),
        same("2 classes, recall 0.98", even, new double[] {0.98, 0.98}, 0.8),
        same("2 classes, 10% and 90%", skewed, ofSkewed, 0.8),
        same("2 classes, 2% and 98%", new double[] {0.02, 0.98}, new double[] {0.6, 0.99}, 0.8),
        same("3 classes, 10%, 12%, 78%", three, ofThree, 0.8),
        same("5 classes, 50% to 5%", five, ofFive, 0.8),
        Pairing.of(
            "2 classes, recalls swapped",
            even,
            new double[] {0.9, 0.8},
            new double[] {0.8, 0.9},
            0.8),
        traded("2 classes, 10% and 90%, traded", skewed, ofSkewed, new double[] {0.85, 0}, 0.8),
        traded("2 classes, 10% and 90%, back", skewed, ofSkewed, new double[] {0.55, 0}, 0.8),
        traded("3 classes, 78% pays for 10%", three, ofThree, new double[] {0.75, 0.4, 0}, 0.8),
        traded("3 classes, 10% pays for 78%", three, ofThree, new double[] {0.45, 0.4, 0}, 0.8),
        traded(
            "5 classes, 50% pays for 5%", five, ofFive, new double[] {0, 0.8, 0.7, 0.6, 0.7}, 0.8));
  }

  /** Challengers whose macro F1 differs by as much. */
  public static List<Pairing> differing(double difference) {
    return List.of(
        moved(
            "2 classes, recall 0.85",
            new double[] {0.5, 0.5},
            new double[] {0.85, 0.85},
            difference),
        moved(
            "2 classes, 10% and 90%",
            new double[] {0.1, 0.9}, new double[] {0.7, 0.95}, difference),
        moved(
            "3 classes, 10%, 12%, 78%",
            new double[] {0.1, 0.12, 0.78}, new double[] {0.6, 0.4, 0.93}, difference),
        moved(
            "5 classes, 50% to 5%",
            new double[] {0.5, 0.2, 0.15, 0.1, 0.05},
            new double[] {0.9, 0.8, 0.7, 0.6, 0.5},
            difference));
  }

  private static Pairing same(String name, double[] mix, double[] recall, double alike) {
    return Pairing.of(name, mix, recall, recall, alike);
  }

  /** The recall that is 0 is found for which both have the same macro F1. */
  private static Pairing traded(
      String name, double[] mix, double[] champion, double[] challenger, double alike) {
    double goal = IntervalSimulation.Population.of("", mix, champion).macroF1();
    int free = 0;
    while (challenger[free] > 0) {
      free++;
    }
    double low = 0;
    double high = 1;
    double[] found = challenger.clone();
    while (high - low > 1e-12) {
      found[free] = (low + high) / 2;
      if (IntervalSimulation.Population.of("", mix, found).macroF1() < goal) {
        low = found[free];
      } else {
        high = found[free];
      }
    }
    return Pairing.of(name, mix, champion, found, alike);
  }

  /** Every recall is moved by the same share of the way to 1, or to chance. */
  private static Pairing moved(String name, double[] mix, double[] champion, double difference) {
    double goal = IntervalSimulation.Population.of("", mix, champion).macroF1() + difference;
    double end = difference > 0 ? 1 : 1.0 / mix.length;
    double low = 0;
    double high = 1;
    double[] found = champion.clone();
    while (high - low > 1e-12) {
      double share = (low + high) / 2;
      Arrays.setAll(found, i -> champion[i] + share * (end - champion[i]));
      boolean beyond = IntervalSimulation.Population.of("", mix, found).macroF1() > goal;
      if (beyond == difference > 0) {
        high = share;
      } else {
        low = share;
      }
    }
    return Pairing.of(name, mix, champion, found, 0.8);
  }

  /**
   * Makes trials of one pairing, the test asked after every label from {@code minLabels} on.
   *
   * @param labels after which a trial ends undecided
   * @param trials how many
   */
  public static Result measure(Pairing pairing, int minLabels, int labels, int trials, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PairedSequentialTest test = new PairedSequentialTest(ERROR, 0);
    double difference = pairing.difference();
    List<Long> needed = new ArrayList<>();
    int worse = 0;
    int held = 0;
    int naive = 0;
    long agreements = 0;
    long reviews = 0;
    for (int i = 0; i < trials; i++) {
      Trial trial = new Trial(test, new Draws(pairing, random), minLabels, difference);
      trial.run(labels);
      if (trial.betterAt > 0) {
        needed.add(trial.betterAt);
      }
      worse += trial.worse ? 1 : 0;
      held += trial.held ? 1 : 0;
      naive += trial.naive ? 1 : 0;
      agreements += trial.state.counts().agreements();
      reviews += trial.state.counts().reviews();
    }
    needed.sort(null);
    return new Result(
        pairing,
        (double) agreements / reviews,
        (double) needed.size() / trials,
        (double) worse / trials,
        (double) (trials - needed.size() - worse) / trials,
        needed.isEmpty() ? 0 : needed.get(needed.size() / 2),
        (double) held / trials,
        (double) naive / trials);
  }

  /** One trial; it goes on after its decision, so that the interval and the z test are seen out. */
  private static final class Trial {
    private final PairedSequentialTest test;
    private final Draws draws;
    private final int minLabels;
    private final double difference;
    private PairedSequentialTest.State state = PairedSequentialTest.start();
    private long betterAt;
    private boolean worse;
    private boolean naive;
    private boolean held = true;

    Trial(PairedSequentialTest test, Draws draws, int minLabels, double difference) {
      this.test = test;
      this.draws = draws;
      this.minLabels = minLabels;
      this.difference = difference;
    }

    void run(int labels) {
      for (int label = 1; label <= labels; label++) {
        state = test.update(state, draws.next());
        PairedSequentialTest.Interval interval = test.interval(state);
        held &= interval.low() <= difference && difference <= interval.high();
        if (label >= minLabels) {
          double sum = state.sequence().difference();
          naive |= state.squares() > 0 && sum / Math.sqrt(state.squares()) > DEVIATE;
          boolean open = betterAt == 0 && !worse;
          betterAt = open && test.isBetter(state) ? label : betterAt;
          worse |= open && test.isWorse(state);
        }
      }
    }
  }

  /** Draws reviews with both answers. */
  private static final class Draws {
    private final Pairing pairing;
    private final SplittableRandom random;
    private final double[] mix;
    private final String[] names;

    Draws(Pairing pairing, SplittableRandom random) {
      this.pairing = pairing;
      this.random = random;
      double[][] shares = pairing.champion().shares();
      this.mix = Arrays.stream(shares).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
      this.names = new String[mix.length];
      Arrays.setAll(names, i -> "class " + i);
    }

    PairedOutcome next() {
      int actual = pick(mix, 0, random.nextDouble(), 1);
      double hard = random.nextDouble();
      boolean alike = random.nextDouble() < pairing.alike();
      return new PairedOutcome(
          names[actual],
          answer(pairing.champion(), actual, hard),
          answer(pairing.challenger(), actual, alike ? hard : random.nextDouble()));
    }

    /** Right for the easiest share, wrong for the others: what one finds easy so does the other. */
    private String answer(IntervalSimulation.Population version, int actual, double hard) {
      return names[pick(version.shares()[actual], actual, hard, mix[actual])];
    }

    private static int pick(double[] shares, int first, double draw, double all) {
      double left = draw * all;
      for (int i = 0; i < shares.length; i++) {
        int at = (first + i) % shares.length;
        left -= shares[at];
        if (left < 0) {
          return at;
        }
      }
      return first;
    }
  }
}
