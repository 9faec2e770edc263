package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a model's confidence is from how often it is right: the expected calibration error over
 * {@value #BINS} bins of equal width (Guo et al.: On calibration of modern neural networks, 2017,
 * section 2), and the bins of its reliability diagram. The confidence is the probability of the
 * predicted class; a bin holds what is above its lower and at most its upper edge.
 *
 * <p>Example: of four reviews each predicted with 0.9, three are right: the error is 0.15.
 *
 * @param expected mean distance of confidence and accuracy, each bin weighted by its reviews; 0
 *     without any review
 * @param bins in order, empty ones too
 */
public record CalibrationError(double expected, List<Bin> bins) {
  /** As in the paper. */
  public static final int BINS = 15;

  public CalibrationError {
    bins = List.copyOf(bins);
  }

  /**
   * Reviews of about the same confidence.
   *
   * @param from lower edge
   * @param to upper edge
   * @param count reviews
   * @param confidence mean; 0 of an empty bin
   * @param accuracy share that is right; 0 of an empty bin
   */
  public record Bin(double from, double to, long count, double confidence, double accuracy) {}

  /**
   * The error of predicted probabilities.
   *
   * @param probabilities shape [reviews][classes]
   * @param labels index of the true class of each review
   * @throws IllegalArgumentException if there are not as many of both
   */
  public static CalibrationError of(float[][] probabilities, int[] labels) {
    if (probabilities.length != labels.length) {
      throw new IllegalArgumentException(
          "There are %d rows of probabilities for %d labels, must be as many"
              .formatted(probabilities.length, labels.length));
    }
    long[] counts = new long[BINS];
    long[] right = new long[BINS];
    double[] confidences = new double[BINS];
    for (int row = 0; row < labels.length; row++) {
      int predicted = mostProbable(probabilities[row]);
      double confidence = probabilities[row][predicted];
      int bin = bin(confidence);
      counts[bin]++;
      confidences[bin] += confidence;
      right[bin] += predicted == labels[row] ? 1 : 0;
    }
    double expected = 0;
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      double confidence = counts[i] == 0 ? 0 : confidences[i] / counts[i];
      double accuracy = counts[i] == 0 ? 0 : (double) right[i] / counts[i];
      expected +=
          labels.length == 0 ? 0 : Math.abs(confidence - accuracy) * counts[i] / labels.length;
      bins.add(new Bin((double) i / BINS, (i + 1.0) / BINS, counts[i], confidence, accuracy));
    }
    return new CalibrationError(expected, bins);
  }

  /** Number of the bin that holds a confidence, from 0. */
  static int bin(double confidence) {
    return Math.max(0, Math.min(BINS - 1, (int) Math.ceil(confidence * BINS) - 1));
  }

  private static int mostProbable(float[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      best = probabilities[c] > probabilities[best] ? c : best;
    }
    return best;
  }
}
