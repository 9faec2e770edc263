package dev.verdict.evaluation;

/**
 * One temperature that makes probabilities honest without changing any decision: {@code
 * softmax(logits / T)} (Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks,
 * 2017, section 4.2). Above 1 it softens an overconfident model, below 1 it sharpens a timid one.
 *
 * <p>Logits may be given as they are or as log-probabilities: the two differ by a constant a row,
 * which softmax does not see, at any temperature.
 *
 * <p>Example: four reviews, all with the logits {@code ln 9, 0} (90% sure of class 0), of which
 * three are of class 0: the best probability is 3/4, so {@code T = ln 9 / ln 3 = 2}.
 *
 * @param temperature what logits are divided by
 */
public record TemperatureScaling(double temperature) {
  /** Bounds of what is fitted. */
  public static final double MIN = 0.05;

  public static final double MAX = 20;

  private static final int MAX_ITERATIONS = 200;
  private static final double TOLERANCE = 1e-10;

  /** Changes nothing. */
  public static final TemperatureScaling NONE = new TemperatureScaling(1);

  /**
   * @throws IllegalArgumentException if the temperature is not a positive number
   */
  public TemperatureScaling {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "Temperature is " + temperature + ", must be a number above 0");
    }
  }

  /**
   * The temperature of the least mean negative log-likelihood.
   *
   * <p>That is convex in {@code 1 / T}, whose slope is bisected within {@value #MIN} to {@value
   * #MAX}. Where every answer is right the likelihood has no best temperature and the lower bound
   * is taken; where the logits say nothing, or there is no review, nothing is changed.
   *
   * @param logits or log-probabilities, shape [reviews][classes]
   * @param labels index of the true class of each review
   * @throws IllegalArgumentException if the two do not fit, or a logit is not finite
   */
  public static TemperatureScaling fit(float[][] logits, int[] labels) {
    checkRows(logits, labels);
    double low = 1 / MAX;
    double high = 1 / MIN;
    double slopeAtLow = slope(logits, labels, low);
    double slopeAtHigh = slope(logits, labels, high);
    if (slopeAtLow == 0 && slopeAtHigh == 0) {
      return allRight(logits, labels) ? new TemperatureScaling(MIN) : NONE;
    }
    if (slopeAtLow >= 0) {
      return new TemperatureScaling(MAX);
    }
    if (slopeAtHigh <= 0) {
      return new TemperatureScaling(MIN);
    }
    for (int i = 0; i < MAX_ITERATIONS && high - low > TOLERANCE * high; i++) {
      double middle = (low + high) / 2;
      if (slope(logits, labels, middle) < 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double fitted = 2 / (low + high);
    // The bound of precision must not make a perfect model worse than it was.
    return negativeLogLikelihood(logits, labels, fitted) < negativeLogLikelihood(logits, labels, 1)
        ? new TemperatureScaling(fitted)
        : NONE;
  }

  /**
   * Calibrated probabilities.
   *
   * @param logits or log-probabilities of one review
   */
  public float[] apply(float[] logits) {
    double total = logSumExp(logits, 1 / temperature);
    float[] probabilities = new float[logits.length];
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] = (float) Math.exp(logits[c] / temperature - total);
    }
    return probabilities;
  }

  /** Calibrated probabilities of several reviews, shape [reviews][classes]. */
  public float[][] apply(float[][] logits) {
    float[][] probabilities = new float[logits.length][];
    for (int row = 0; row < logits.length; row++) {
      probabilities[row] = apply(logits[row]);
    }
    return probabilities;
  }

  /**
   * Mean negative log-likelihood in nats at this temperature.
   *
   * @param logits or log-probabilities, shape [reviews][classes]
   * @param labels index of the true class of each review
   */
  public double negativeLogLikelihood(float[][] logits, int[] labels) {
    checkRows(logits, labels);
    return negativeLogLikelihood(logits, labels, temperature);
  }

  private static double negativeLogLikelihood(float[][] logits, int[] labels, double temperature) {
    double sum = 0;
    for (int row = 0; row < labels.length; row++) {
      sum += logSumExp(logits[row], 1 / temperature) - logits[row][labels[row]] / temperature;
    }
    return labels.length == 0 ? 0 : sum / labels.length;
  }

  /** Derivative of the negative log-likelihood by {@code 1 / T}, summed over the reviews. */
  private static double slope(float[][] logits, int[] labels, double inverse) {
    double sum = 0;
    for (int row = 0; row < labels.length; row++) {
      float[] logit = logits[row];
      double total = logSumExp(logit, inverse);
      double label = logit[labels[row]];
      for (float value : logit) {
        sum += Math.exp(value * inverse - total) * (value - label);
      }
    }
    return sum;
  }

  private static double logSumExp(float[] logits, double inverse) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit * inverse);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit * inverse - max);
    }
    return max + Math.log(sum);
  }

  /** Whether every review's true class is the only most probable one. */
  private static boolean allRight(float[][] logits, int[] labels) {
    for (int row = 0; row < labels.length; row++) {
      for (int c = 0; c < logits[row].length; c++) {
        if (c != labels[row] && logits[row][c] >= logits[row][labels[row]]) {
          return false;
        }
      }
    }
    return labels.length > 0;
  }

  private static void checkRows(float[][] logits, int[] labels) {
    if (logits.length != labels.length) {
      throw new IllegalArgumentException(
          "There are %d rows of logits for %d labels, must be as many"
              .formatted(logits.length, labels.length));
    }
    for (int row = 0; row < labels.length; row++) {
      if (labels[row] < 0 || labels[row] >= logits[row].length) {
        throw new IllegalArgumentException(
            "Label of row %d is %d, must be 0 to %d"
                .formatted(row, labels[row], logits[row].length - 1));
      }
      for (float logit : logits[row]) {
        if (!Float.isFinite(logit)) {
          throw new IllegalArgumentException(
              "A logit of row %d is %s, must be finite".formatted(row, logit));
        }
      }
    }
  }
}
