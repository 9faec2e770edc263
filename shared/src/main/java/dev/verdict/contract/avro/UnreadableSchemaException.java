package dev.verdict.contract.avro;

/** A registered schema cannot be used; the message goes on after the schema's name. */
final class UnreadableSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableSchemaException(String message) {
    super(message, null, false, false);
  }
}
