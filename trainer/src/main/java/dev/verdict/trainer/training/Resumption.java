package dev.verdict.trainer.training;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a run keeps its state, so that it can be taken up again.
 *
 * @param file written now and then, and when the run is stopped
 * @param run tells whether what the file holds is of the same run
 * @param interval least time between two writes
 * @param atEnd whether the file is written at the end too, so that a finished run is not run again
 */
public record Resumption(Path file, String run, Duration interval, boolean atEnd) {

  /** As it is for a run on its own, which leaves nothing at its end. */
  public Resumption(Path file, String run, Duration interval) {
    this(file, run, interval, false);
  }

  /**
   * One of several runs of the same, with a file of its own beside this one's.
   *
   * @param index from 0, which has this one's file
   */
  Resumption member(int index) {
    Path own = index == 0 ? file : file.resolveSibling(file.getFileName() + "-" + index);
    return new Resumption(own, run + " run " + index, interval, true);
  }
}
