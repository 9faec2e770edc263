package dev.verdict.trainer.training;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line a validation.
 *
 * @param run named in every line
 */
public record LoggedProgress(String run) implements ProgressListener {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);

  @Override
  public void stepped(Progress progress) {
    // Every step is too much for a log.
  }

  @Override
  public void validated(Progress progress) {
    LOG.info("Training {}: {}", run, line(progress));
  }

  static String line(Progress progress) {
    return String.format(
        Locale.ROOT,
        "step %d/%d, epoch %.2f, loss %.4f, validation loss %.4f, macro F1 %.4f (best %.4f),"
            + " %.1f samples/s, ETA %ds",
        progress.step(),
        progress.steps(),
        progress.epoch(),
        progress.loss(),
        progress.validationLoss().orElse(Double.NaN),
        progress.macroF1().orElse(Double.NaN),
        progress.bestMacroF1().orElse(Double.NaN),
        progress.samplesPerSecond(),
        progress.eta().toSeconds());
  }
}
