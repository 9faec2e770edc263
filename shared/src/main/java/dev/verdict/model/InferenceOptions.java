package dev.verdict.model;

/**
 * How a model serves.
 *
 * @param maxLength most tokens of a text; lowered to the model's positions
 * @param precision of the layers' products
 * @param workers batches that are to be computed side by side, each on one thread ({@link
 *     ForwardWorkers}); at 1 all threads of the runtime work on each product
 */
public record InferenceOptions(int maxLength, Precision precision, int workers) {
  /** Checks the number of workers. */
  public InferenceOptions {
    if (workers < 1) {
      throw new IllegalArgumentException("workers is " + workers + ", must be at least 1");
    }
  }

  /** As trained, one batch after the other. */
  public static InferenceOptions of(int maxLength) {
    return new InferenceOptions(maxLength, Precision.FLOAT32, 1);
  }
}
