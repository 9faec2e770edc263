package dev.verdict.trainer.training;

import dev.verdict.trainer.report.TensorBoardEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a run and keeps its curves in the checkpoint as TensorBoard reads them, so that {@code
 * tensorboard --logdir} on a store shows each version as a run. A disk that does not take them does
 * not end the run.
 */
final class RunCurves implements ProgressListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunCurves.class);

  private final TensorBoardEvents events;
  private final ProgressListener next;
  private boolean broken;

  /**
   * @param folder of the checkpoint
   * @param next told everything too
   */
  RunCurves(Path folder, ProgressListener next) throws IOException {
    this.events = new TensorBoardEvents(folder, Instant.now());
    this.next = next;
  }

  @Override
  public void stepped(Progress progress) {
    next.stepped(progress);
  }

  @Override
  public void validated(Progress progress) {
    try {
      if (!broken) {
        write(progress);
      }
    } catch (IOException e) {
      broken = true;
      LOG.warn("The curves for TensorBoard end at step {}: {}", progress.step(), e.getMessage());
    }
    next.validated(progress);
  }

  private void write(Progress progress) throws IOException {
    Instant now = Instant.now();
    events.scalar("loss/training", progress.step(), progress.loss(), now);
    events.scalar("learning_rate", progress.step(), progress.learningRate(), now);
    events.scalar("samples_per_second", progress.step(), progress.samplesPerSecond(), now);
    if (progress.validationLoss().isPresent()) {
      events.scalar(
          "loss/validation", progress.step(), progress.validationLoss().getAsDouble(), now);
    }
    if (progress.macroF1().isPresent()) {
      events.scalar("macro_f1", progress.step(), progress.macroF1().getAsDouble(), now);
    }
  }

  @Override
  public void close() throws IOException {
    events.close();
  }
}
