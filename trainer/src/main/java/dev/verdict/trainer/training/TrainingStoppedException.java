package dev.verdict.trainer.training;

/** A run was asked to stop; nothing of it is kept. */
public final class TrainingStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingStoppedException() {
    super("The training was stopped", null, false, false);
  }
}
