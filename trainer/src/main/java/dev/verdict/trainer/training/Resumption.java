package dev.verdict.trainer.training;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a run keeps its state, so that it can be taken up again.
 *
 * @param file written now and then, and when the run is stopped
 * @param run tells whether what the file holds is of the same run
 * @param interval least time between two writes
 */
public record Resumption(Path file, String run, Duration interval) {}
