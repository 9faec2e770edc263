package dev.verdict.model;

/** A model could not be loaded, run or trained; the message says which and why. */
public sealed class ModelException extends RuntimeException permits ModelMemoryException {
  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
