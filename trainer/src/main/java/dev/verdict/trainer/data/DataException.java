package dev.verdict.trainer.data;

/** A data file cannot be used; the message is one sentence that names file, line and field. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataException(String message) {
    super(message, null, false, false);
  }
}
