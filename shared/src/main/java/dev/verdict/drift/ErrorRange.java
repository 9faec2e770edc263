package dev.verdict.drift;

/** What a detector reads. */
final class ErrorRange {
  private ErrorRange() {}

  static void require(double error) {
    if (!(error >= 0 && error <= 1)) {
      throw new IllegalArgumentException("Error is %s, must be from 0 to 1".formatted(error));
    }
  }
}
