package dev.verdict.checkpoint;

import java.io.IOException;

/** A checkpoint that is not what its manifest says; none of its weights may be used. */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }
}
