package dev.verdict.evaluation;

import java.util.SplittableRandom;

/**
 * Draws with replacement from counted cells, as many as were counted: one bootstrap resample of the
 * reviews behind the counts.
 *
 * <p>A cell's share of the draws is binomial given the cells before it, so a resample takes a
 * binomial draw a cell instead of a draw a review. Each is exact: the distribution is inverted,
 * searched outwards from its mode, which takes about its standard deviation in steps.
 */
final class Multinomial {
  private final long[] counts;
  private final int total;
  private final double[] logFactorials;

  /**
   * @param counts of each cell
   * @throws ArithmeticException if they sum to more than an {@code int} holds
   */
  Multinomial(long[] counts) {
    this.counts = counts.clone();
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    this.total = Math.toIntExact(sum);
    this.logFactorials = new double[total + 1];
    for (int n = 2; n <= total; n++) {
      logFactorials[n] = logFactorials[n - 1] + Math.log(n);
    }
  }

  /** One resample: counts by cell that sum to the same total. */
  long[] draw(SplittableRandom random) {
    long[] drawn = new long[counts.length];
    long countsLeft = total;
    int drawsLeft = total;
    for (int cell = 0; cell < counts.length && drawsLeft > 0; cell++) {
      if (counts[cell] > 0) {
        int share = binomial(drawsLeft, (double) counts[cell] / countsLeft, random);
        drawn[cell] = share;
        drawsLeft -= share;
        countsLeft -= counts[cell];
      }
    }
    return drawn;
  }

  private int binomial(int n, double p, SplittableRandom random) {
    if (p >= 1) {
      return n;
    }
    int mode = (int) Math.min(n, Math.floor((n + 1.0) * p));
    double odds = p / (1 - p);
    double ofMode =
        Math.exp(
            logFactorials[n]
                - logFactorials[mode]
                - logFactorials[n - mode]
                + mode * Math.log(p)
                + (n - mode) * Math.log1p(-p));
    double left = random.nextDouble() - ofMode;
    double above = ofMode;
    double below = ofMode;
    for (int up = mode + 1, down = mode - 1; left >= 0 && (up <= n || down >= 0); up++, down--) {
      if (up <= n) {
        above *= odds * (n - up + 1) / up;
        left -= above;
        if (left < 0) {
          return up;
        }
      }
      if (down >= 0) {
        below *= (down + 1) / (odds * (n - down));
        left -= below;
        if (left < 0) {
          return down;
        }
      }
    }
    return mode;
  }
}
