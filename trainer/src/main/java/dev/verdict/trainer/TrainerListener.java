package dev.verdict.trainer;

import dev.verdict.contract.TrainingRun;
import dev.verdict.trainer.training.Progress;

/** Follows the trainer, on its own thread; must be quick. Every method may be left as it is. */
public interface TrainerListener {

  /** Nobody follows. */
  TrainerListener NONE = new TrainerListener() {};

  /**
   * There is no champion yet, and too few labelled reviews to train one.
   *
   * @param labelled reviews with a label so far
   * @param wanted how many it takes
   */
  default void waiting(int labelled, int wanted) {}

  /** A run was taken. */
  default void started(TrainingRun run) {}

  /** Where the run under way stands, a few times a second. */
  default void progressed(TrainingRun run, Progress progress) {}

  /** A run was published, rejected, skipped or has failed. */
  default void ended(TrainingRun run) {}

  /** The trainer has stopped for good, without being asked to. */
  default void stopped(String reason) {}
}
