package dev.verdict.trainer.training;

import dev.verdict.trainer.report.TensorBoardEvents;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a run and keeps its curves in the checkpoint as TensorBoard reads them, so that {@code
 * tensorboard --logdir} on a store shows each version as a run. A disk that does not take them does
 * not end the run.
 */
final class RunCurves implements ProgressListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunCurves.class);

  private static final String TRAINING_LOSS = "loss/training";
  private static final String VALIDATION_LOSS = "loss/validation";
  private static final String RATE = "learning_rate";
  private static final String MACRO_F1 = "macro_f1";

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
  public void resumed(List<Validation> curve) {
    for (Validation point : curve) {
      write(
          point.step(),
          Map.of(
              TRAINING_LOSS, point.trainingLoss(),
              RATE, point.learningRate(),
              VALIDATION_LOSS, point.validationLoss(),
              MACRO_F1, point.macroF1()));
    }
    next.resumed(curve);
  }

  @Override
  public void stepped(Progress progress) {
    next.stepped(progress);
  }

  @Override
  public void validated(Progress progress) {
    Map<String, Double> values = new TreeMap<>();
    values.put(TRAINING_LOSS, progress.loss());
    values.put(RATE, progress.learningRate());
    values.put("samples_per_second", progress.samplesPerSecond());
    progress.validationLoss().ifPresent(loss -> values.put(VALIDATION_LOSS, loss));
    progress.macroF1().ifPresent(macroF1 -> values.put(MACRO_F1, macroF1));
    write(progress.step(), values);
    next.validated(progress);
  }

  private void write(int step, Map<String, Double> values) {
    Instant now = Instant.now();
    try {
      for (Map.Entry<String, Double> value : values.entrySet()) {
        if (!broken) {
          events.scalar(value.getKey(), step, value.getValue(), now);
        }
      }
    } catch (IOException e) {
      broken = true;
      LOG.warn("The curves for TensorBoard end at step {}: {}", step, e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    events.close();
  }
}
