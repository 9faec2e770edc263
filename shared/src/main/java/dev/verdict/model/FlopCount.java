package dev.verdict.model;

/** Floating-point operations of DistilBERT, a multiplication and an addition counted as two. */
public final class FlopCount {
  private FlopCount() {}

  /**
   * Operations that a forward pass over a padded batch does: matrix products alone, and in the last
   * layer only what the first token needs, as {@link Classifier} computes it.
   *
   * @param rows texts
   * @param length tokens a text, padding included
   */
  public static long forward(DistilBertConfig config, int rows, int length) {
    long full = layer(config, length, length);
    long last = layer(config, length, 1);
    return rows * ((config.layers() - 1) * full + last + head(config));
  }

  /**
   * Operations that the texts themselves need, without padding.
   *
   * @param lengths tokens of each text
   */
  public static long forward(DistilBertConfig config, int[] lengths) {
    long sum = 0;
    for (int length : lengths) {
      sum += forward(config, 1, length);
    }
    return sum;
  }

  /** Operations of a training step: three times the forward pass. */
  public static long trainingStep(DistilBertConfig config, int rows, int length) {
    return 3 * forward(config, rows, length);
  }

  /** One layer of one text that computes {@code outputs} of its {@code length} tokens. */
  private static long layer(DistilBertConfig config, long length, long outputs) {
    long width = config.width();
    long keysAndValues = 4 * length * width * width;
    long queryAndOutput = 4 * outputs * width * width;
    long attention = 4 * outputs * length * width;
    long feedForward = 4 * outputs * width * config.hiddenWidth();
    return keysAndValues + queryAndOutput + attention + feedForward;
  }

  private static long head(DistilBertConfig config) {
    long width = config.width();
    return 2 * width * width + 2 * width * config.labels().size();
  }
}
