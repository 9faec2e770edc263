package dev.verdict.streams.inference;

/** The model gives no answer; no fault of the review, so the stream thread fails and retries it. */
public final class InferenceStalledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InferenceStalledException(String message, Throwable cause) {
    super(message, cause);
  }
}
