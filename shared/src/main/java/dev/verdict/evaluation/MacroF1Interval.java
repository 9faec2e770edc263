package dev.verdict.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A 95% interval of macro F1. {@link #of} is the percentile bootstrap (Efron, Tibshirani: An
 * introduction to the bootstrap, 1993, chapter 13): the reviews behind a confusion matrix are drawn
 * again with replacement, which is a multinomial draw over its cells, and the interval holds the
 * middle 95% of the scores. With few reviews of a class, below about 20, it is somewhat too narrow.
 *
 * <p>Macro F1 of a resample is over the classes that occur in it, as {@link
 * ConfusionMatrix#macroF1} defines it.
 *
 * @param low the score is below it in 2.5%
 * @param high the score is above it in 2.5%
 */
public record MacroF1Interval(double low, double high) {

  /**
   * The interval of a tested model; both bounds are 0 without any review.
   *
   * @param resamples 1,000 or more give stable bounds
   * @param seed the same seed gives the same interval
   * @throws IllegalArgumentException if there is no resample
   */
  public static MacroF1Interval of(ConfusionMatrix matrix, int resamples, long seed) {
    checkResamples(resamples);
    int classes = matrix.classes().size();
    Multinomial reviews =
        new Multinomial(
            matrix.rows().stream().flatMapToLong(row -> row.stream().mapToLong(c -> c)).toArray());
    SplittableRandom random = new SplittableRandom(seed);
    double[] scores = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      scores[i] = ConfusionMatrix.macroF1(square(reviews.draw(random), classes));
    }
    Arrays.sort(scores);
    return new MacroF1Interval(percentile(scores, 0.025), percentile(scores, 0.975));
  }

  /**
   * The interval of a window, without resampling: see {@link MacroF1Error}.
   *
   * @return from 0 to 1 while fewer than two classes have occurred
   */
  public static MacroF1Interval ofWindow(ConfusionMatrix matrix) {
    long[][] occurring = matrix.occurring();
    return occurring.length < 2
        ? new MacroF1Interval(0, 1)
        : MacroF1Error.interval(occurring, matrix.total());
  }

  static void checkResamples(int resamples) {
    if (resamples < 1) {
      throw new IllegalArgumentException("Resamples are " + resamples + ", must be 1 or more");
    }
  }

  /** Interpolates linearly between neighbours, as NumPy does. */
  static double percentile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  private static long[][] square(long[] cells, int classes) {
    long[][] counts = new long[classes][];
    for (int row = 0; row < classes; row++) {
      counts[row] = Arrays.copyOfRange(cells, row * classes, (row + 1) * classes);
    }
    return counts;
  }
}
