package dev.verdict.cli.source;

/** A source of reviews cannot be read; the message is one sentence that names file and line. */
public final class SourceException extends RuntimeException {

  SourceException(String message) {
    super(message);
  }

  SourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
