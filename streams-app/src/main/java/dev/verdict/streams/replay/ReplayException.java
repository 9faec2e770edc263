package dev.verdict.streams.replay;

/** A replay that cannot be done as it was asked for, in one sentence for who asked. */
public final class ReplayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ReplayException(String message) {
    super(message, null, false, false);
  }
}
