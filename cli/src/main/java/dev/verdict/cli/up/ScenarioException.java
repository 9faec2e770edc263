package dev.verdict.cli.up;

/** {@code up} cannot go on, for a reason that one sentence tells. */
public final class ScenarioException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScenarioException(String message) {
    super(message, null, false, false);
  }
}
