package dev.verdict.trainer.training;

/** Follows a run, on the thread that trains; must be quick. */
public interface ProgressListener {

  /** After every step; of a step that is validated, after the validation. */
  void stepped(Progress progress);

  /** After every validation, before {@link #stepped}. */
  void validated(Progress progress);
}
