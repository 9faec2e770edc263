package dev.verdict.registry;

/** A process cannot start as its surroundings are; one sentence says why and what to do. */
public final class RefusedStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedStartException(String message) {
    super(message, null, false, false);
  }
}
