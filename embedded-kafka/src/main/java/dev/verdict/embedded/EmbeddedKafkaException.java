package dev.verdict.embedded;

/** The broker cannot start; the message is one sentence that says why and what to do. */
public final class EmbeddedKafkaException extends RuntimeException {

  EmbeddedKafkaException(String message, Throwable cause) {
    super(message, cause);
  }

  EmbeddedKafkaException(String message) {
    super(message);
  }
}
