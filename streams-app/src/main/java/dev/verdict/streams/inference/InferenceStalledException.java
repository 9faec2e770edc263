package dev.verdict.streams.inference;

/**
 * The model gives no answer, or fails whatever it is given. No fault of the review: the instance
 * ends uncommitted, and whoever takes its partitions over predicts it.
 */
public final class InferenceStalledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InferenceStalledException(String message, Throwable cause) {
    super(message, cause);
  }
}
