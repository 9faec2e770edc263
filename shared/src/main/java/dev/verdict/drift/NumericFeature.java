package dev.verdict.drift;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A number that every prediction has, and the fixed bins it is counted in. A bin holds what is
 * above the edge of the bin before it, up to and with its own.
 *
 * <p>Fixed bins and not a KLL sketch (Karnin, Lang, Liberty: Optimal quantile approximation in
 * streams, FOCS 2016): Apache DataSketches (read at 6.2.0; 9.0.0 asks for Java 25) draws the coins
 * of KLL from one random generator without a seed, private to the library, so the same reviews give
 * other bytes in every process, a checkpoint could not be reproduced, and no review can be taken
 * back. Counts in fixed bins are the same for every order and every way of merging, are taken back
 * exactly, and need no library. What they cost is that ranks are not known within a bin; the bins
 * are chosen so that this is little, and {@link KolmogorovSmirnov} says how much it can be.
 */
public enum NumericFeature {
  /**
   * Probability of the predicted class. Bins are equal in log odds, 1/16 wide from -7 to 17, for
   * confidences crowd next to 1: the odds of two values in one bin differ by 6.5% at most.
   */
  CONFIDENCE(
      IntStream.rangeClosed(-7 * 16, 17 * 16).mapToDouble(i -> 1 / (1 + StrictMath.exp(-i / 16.0))),
      false),

  /** Tokens that the model read, without special ones: a bin for every length up to 512. */
  TEXT_LENGTH(IntStream.rangeClosed(0, 512).mapToDouble(i -> i), true),

  /** Unknown tokens by tokens: a bin for 0, then bins of 0.5%. */
  UNKNOWN_RATE(IntStream.rangeClosed(0, 200).mapToDouble(i -> i / 200.0), false);

  @SuppressWarnings(
      "ImmutableEnumChecker") // Never handed out; a boxed list would be searched slowly.
  private final double[] upperEdges;

  private final boolean whole;

  /**
   * @param edges of the bins, ascending; one bin more, without an upper edge, takes the rest
   * @param whole whether values are whole numbers, and the edges too
   */
  NumericFeature(DoubleStream edges, boolean whole) {
    this.upperEdges = edges.toArray();
    this.whole = whole;
  }

  /** How many bins there are. */
  public int bins() {
    return upperEdges.length + 1;
  }

  /**
   * The bin of a value.
   *
   * @throws IllegalArgumentException if it is no number
   */
  public int bin(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException(label() + " is NaN, must be a number");
    }
    // 0.0 and -0.0 are one value, which binarySearch tells apart.
    int found = Arrays.binarySearch(upperEdges, value == 0 ? 0.0 : value);
    return found >= 0 ? found : -found - 1;
  }

  /** The highest value of a bin; positive infinity for the last. */
  public double upperEdge(int bin) {
    return bin == upperEdges.length ? Double.POSITIVE_INFINITY : upperEdges[bin];
  }

  /** Whether all values in the bin are equal, so that the rank of each is known exactly. */
  boolean holdsOneValue(int bin) {
    return bin < upperEdges.length && (whole || (bin == 0 && upperEdges[0] == 0));
  }

  /** As files and figures name it, such as {@code text_length}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
