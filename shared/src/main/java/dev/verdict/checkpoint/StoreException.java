package dev.verdict.checkpoint;

import java.io.IOException;

/** A checkpoint store that cannot be used now; one sentence says why. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** Whether it may be otherwise in a while. */
  public enum Kind {
    /** It gives no answer, or is busy: it may be tried again. */
    UNAVAILABLE,
    /** It refuses, and will until somebody changes something. */
    REFUSED
  }

  /**
   * @param message one sentence without a full stop
   */
  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
