package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Whether a challenger is better than the champion on the same reviews, to be asked after every
 * label: however often one looks, a challenger that is not better is called better with a
 * probability of {@code error} at most, and one that is not worse is called worse with a
 * probability of {@code error} at most.
 *
 * <p><b>What is compared.</b> What each answer earns for macro F1, see {@link CreditPrices}: the
 * difference d of a pair is 0 where both answer the same, and its mean is the difference of macro
 * F1 at the prices of the moment. The prices come from the labels before, so d has a known bound
 * before it is seen.
 *
 * <p><b>The test.</b> Testing by betting (Waudby-Smith, Ramdas: Estimating means of bounded random
 * variables by betting, JRSS B 86, 2024; Shekhar, Ramdas: Nonparametric two-sample testing by
 * betting, IEEE Trans. Inf. Theory 70, 2024). Starting with a wealth of 1, a share of it is bet on
 * each difference, {@code wealth *= 1 + bet * d}, with a bet chosen before d is seen and small
 * enough that the wealth stays positive. If the challenger is not better, the wealth cannot grow on
 * average, whatever the bets, and by Ville's inequality reaches {@code 1 / error} at any time with
 * a probability of {@code error} at most. Against the challenger the same is bet on {@code -margin
 * - d}.
 *
 * <p><b>The bets.</b> The bet that makes the wealth grow quickest is about the true mean over the
 * mean square of d. The mean is unknown, so the wealth is shared equally among five bettors who
 * believe in differences of 0.01 to 0.16; the mean square is that of the differences so far. Nobody
 * bets on the first 50 reviews, which make the first prices.
 *
 * <p>A label that changes after its pair was used changes nothing.
 *
 * @param error highest probability of a wrong claim, for each of the two claims
 * @param margin of macro F1 by which a challenger must be worse to be called worse
 */
public record PairedSequentialTest(double error, double margin) {
  private static final List<Double> BELIEVED = List.of(0.01, 0.02, 0.04, 0.08, 0.16);
  private static final int WARM_UP = 50;

  /** Most of the wealth that the worst difference may cost. */
  private static final double MOST_LOST = 0.75;

  /** Most of what the confidence sequence weighs one review with, of what is allowed at all. */
  private static final double MOST_WEIGHT = 0.5;

  /**
   * @throws IllegalArgumentException if the error is not between 0 and 1, or the margin not from 0
   *     to below 1
   */
  public PairedSequentialTest {
    check(error, margin);
  }

  static void check(double error, double margin) {
    if (!(error > 0 && error < 1)) {
      throw new IllegalArgumentException("Error is " + error + ", must be above 0 and below 1");
    }
    if (!(margin >= 0 && margin < 1)) {
      throw new IllegalArgumentException("Margin is " + margin + ", must be from 0 to below 1");
    }
  }

  /**
   * What was learned of the reviews so far.
   *
   * @param counts of both versions' answers
   * @param bets reviews that were bet on
   * @param squares sum of the squared differences of those
   * @param better logarithm of the wealth of each bettor for the challenger
   * @param worse logarithm of the wealth of each bettor against it
   * @param sequence of the mean difference
   */
  public record State(
      PairedCounts counts,
      long bets,
      double squares,
      List<Double> better,
      List<Double> worse,
      Sequence sequence) {

    public State {
      better = List.copyOf(better);
      worse = List.copyOf(worse);
    }
  }

  /**
   * The sums of the predictable plug-in empirical Bernstein confidence sequence (Waudby-Smith,
   * Ramdas, theorem 2).
   *
   * @param difference sum of the differences
   * @param weight sum of the weights
   * @param centre weighted sum of the differences
   * @param variance sum of what the differences' variance adds to the width
   */
  public record Sequence(double difference, double weight, double centre, double variance) {}

  /**
   * An interval that holds the mean difference at all times at once with a probability of {@code 1
   * - error}.
   *
   * @param low -1 or more
   * @param high 1 or less
   */
  public record Interval(double low, double high) {}

  /** Before any review. */
  public static State start() {
    List<Double> none = Collections.nCopies(BELIEVED.size(), 0.0);
    return new State(PairedCounts.NONE, 0, 0, none, none, new Sequence(0, 0, 0, 0));
  }

  /** With one review more. */
  public State update(State before, PairedOutcome pair) {
    PairedCounts counts = before.counts().plus(pair);
    CreditPrices prices = CreditPrices.of(before.counts());
    if (before.counts().reviews() < WARM_UP || prices.bound() <= 0) {
      return new State(
          counts,
          before.bets(),
          before.squares(),
          before.better(),
          before.worse(),
          before.sequence());
    }
    double difference = prices.difference(pair);
    double square = (1 + before.squares()) / (1 + before.bets());
    return new State(
        counts,
        before.bets() + 1,
        before.squares() + difference * difference,
        bet(before.better(), difference, square, prices.bound()),
        bet(before.worse(), -margin - difference, square, prices.bound() + margin),
        next(before, difference, square, prices.bound()));
  }

  private static List<Double> bet(
      List<Double> wealths, double gain, double square, double largestLoss) {
    if (gain == 0) {
      return wealths;
    }
    List<Double> after = new ArrayList<>(wealths.size());
    for (int i = 0; i < wealths.size(); i++) {
      double bet = Math.min(BELIEVED.get(i) / square, MOST_LOST / largestLoss);
      after.add(wealths.get(i) + Math.log1p(bet * gain));
    }
    return after;
  }

  private Sequence next(State before, double difference, double square, double bound) {
    Sequence sums = before.sequence();
    double number = before.bets() + 1.0;
    double unit = 2 * bound;
    // Of the difference moved and scaled to 0 to 1, for which the theorem is stated.
    double share =
        Math.min(
            MOST_WEIGHT,
            Math.sqrt(
                2 * Math.log(2 / error) * unit * unit / (square * number * Math.log1p(number))));
    double mean = Math.max(-bound, Math.min(bound, sums.difference() / number));
    double deviation = (difference - mean) / bound;
    return new Sequence(
        sums.difference() + difference,
        sums.weight() + share / unit,
        sums.centre() + share / unit * difference,
        sums.variance() + deviation * deviation * (-Math.log1p(-share) - share) / 4);
  }

  /** Evidence that the challenger is better: its wealth, 1 at the start. */
  public double better(State state) {
    return wealth(state.better());
  }

  /** Evidence that the challenger is worse by more than the margin: 1 at the start. */
  public double worse(State state) {
    return wealth(state.worse());
  }

  private static double wealth(List<Double> logarithms) {
    double sum = 0;
    for (double logarithm : logarithms) {
      // So much evidence that more says nothing, and JSON can hold it.
      sum += Math.exp(Math.min(logarithm, 700));
    }
    return Math.min(sum / logarithms.size(), Double.MAX_VALUE);
  }

  /** Whether the challenger may be called better now. */
  public boolean isBetter(State state) {
    return better(state) >= evidenceNeeded();
  }

  /** Whether the challenger may be called worse now. */
  public boolean isWorse(State state) {
    return worse(state) >= evidenceNeeded();
  }

  /** Evidence from which a claim holds. */
  public double evidenceNeeded() {
    return 1 / error;
  }

  /** Where the mean difference of macro F1 lies. */
  public Interval interval(State state) {
    Sequence sums = state.sequence();
    if (sums.weight() <= 0) {
      return new Interval(-1, 1);
    }
    double centre = sums.centre() / sums.weight();
    double width = (Math.log(2 / error) + sums.variance()) / sums.weight();
    return new Interval(
        Math.max(-1, Math.min(1, centre - width)), Math.min(1, Math.max(-1, centre + width)));
  }
}
