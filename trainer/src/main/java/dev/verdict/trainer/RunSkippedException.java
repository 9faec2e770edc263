package dev.verdict.trainer;

/** There is a reason not to train. */
final class RunSkippedException extends Exception {
  private static final long serialVersionUID = 1L;

  RunSkippedException(String reason) {
    super(reason, null, false, false);
  }
}
