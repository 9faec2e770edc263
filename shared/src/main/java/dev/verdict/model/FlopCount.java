package dev.verdict.model;

/** Floating-point operations of DistilBERT, a multiplication and an addition counted as two. */
@SuppressWarnings("DoNotCallSuggester")
public final class FlopCount {
  private FlopCount() {}

  /**
   * Operations of a forward pass over a padded batch (matrix products alone).
   *
   * @param rows texts
   * @param length tokens a text, padding included
   */
  public static long forward(DistilBertConfig config, int rows, int length) {
    throw new UnsupportedOperationException(config + " " + rows + " " + length);
  }

  /** Operations of a training step: three times the forward pass. */
  public static long trainingStep(DistilBertConfig config, int rows, int length) {
    return 3 * forward(config, rows, length);
  }
}
