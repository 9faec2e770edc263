package dev.verdict.model;

/** Softmax and cross-entropy of logits. */
final class Probabilities {
  private Probabilities() {}

  /**
   * Softmax of each row.
   *
   * @param logits shape [rows][classes], flattened
   * @throws ModelException when a logit is not finite
   */
  static float[][] softmax(float[] logits, int rows, int classes) {
    float[][] result = new float[rows][classes];
    for (int row = 0; row < rows; row++) {
      double total = logSumExp(logits, row * classes, classes);
      for (int c = 0; c < classes; c++) {
        result[row][c] = (float) Math.exp(logits[row * classes + c] - total);
      }
    }
    return result;
  }

  /** Mean cross-entropy in nats. */
  static double crossEntropy(float[] logits, int[] labels, int classes) {
    double sum = 0;
    for (int row = 0; row < labels.length; row++) {
      sum += logSumExp(logits, row * classes, classes) - logits[row * classes + labels[row]];
    }
    return sum / labels.length;
  }

  private static double logSumExp(float[] logits, int from, int classes) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + classes; i++) {
      if (!Float.isFinite(logits[i])) {
        throw new ModelException("The model gives " + logits[i] + ": its weights are damaged");
      }
      max = Math.max(max, logits[i]);
    }
    double sum = 0;
    for (int i = from; i < from + classes; i++) {
      sum += Math.exp(logits[i] - max);
    }
    return max + Math.log(sum);
  }
}
