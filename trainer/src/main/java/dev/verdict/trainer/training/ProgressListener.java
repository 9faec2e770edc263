package dev.verdict.trainer.training;

import dev.verdict.trainer.training.TrainingResult.Validation;
import java.util.List;

/** Follows a run, on the thread that trains; must be quick. */
public interface ProgressListener {

  /**
   * Before the first step of a run that is taken up again.
   *
   * @param curve validations before
   */
  default void resumed(List<Validation> curve) {}

  /** After every step; of a step that is validated, after the validation. */
  void stepped(Progress progress);

  /** After every validation, before {@link #stepped}. */
  void validated(Progress progress);
}
