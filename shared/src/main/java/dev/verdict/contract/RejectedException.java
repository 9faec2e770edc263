package dev.verdict.contract;

import java.util.Locale;

/** A record that cannot be processed and goes to the dead letters with this reason. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Where in the stream the record was rejected. */
  public enum Stage {
    DECODE,
    PROCESS,
    INFERENCE,
    PRODUCE,
    TRAIN;

    /** The name in headers and metrics. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Why, bounded in number so that it can label a metric. */
  public enum Reason {
    NOT_UTF8,
    NOT_JSON,
    NOT_AVRO,
    UNKNOWN_SCHEMA,
    INCOMPATIBLE_SCHEMA,
    INVALID_FIELD,
    MISSING_TEXT,
    BLANK_TEXT,
    TEXT_TOO_LARGE,
    KEY_TOO_LARGE,
    MISSING_KEY,
    MISSING_LABEL,
    UNKNOWN_LABEL,
    INFERENCE_FAILED,
    OUTPUT_TOO_LARGE,
    UNREADABLE,
    UNFORESEEN,
    MISSING_REQUEST_ID;

    /** The name in headers and metrics. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Stage stage;
  private final Reason reason;

  public RejectedException(Stage stage, Reason reason, String message) {
    super(message, null, false, false);
    this.stage = stage;
    this.reason = reason;
  }

  public RejectedException(Stage stage, Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.stage = stage;
    this.reason = reason;
  }

  public Stage stage() {
    return stage;
  }

  public Reason reason() {
    return reason;
  }
}
