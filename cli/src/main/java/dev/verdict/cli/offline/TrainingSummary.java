package dev.verdict.cli.offline;

import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.trainer.training.Candidate;
import java.nio.file.Path;
import java.util.Locale;

/** What a finished run is worth, for people. */
record TrainingSummary(Path out, Candidate candidate) {

  @Override
  public String toString() {
    ConfusionMatrix tested = candidate.gate().challenger();
    String test =
        tested.total() == 0
            ? "no reviews to test on"
            : String.format(
                Locale.ROOT,
                "macro F1 %.4f, accuracy %.4f on %,d test reviews",
                tested.macroF1(),
                tested.accuracy(),
                tested.total());
    return String.format(
        Locale.ROOT,
        "%s: %s%n  best of %d steps is %d, validation macro F1 %.4f; %d s, %.0f samples/s%n",
        out,
        test,
        candidate.result().steps(),
        candidate.result().best().step(),
        candidate.result().best().macroF1(),
        candidate.result().elapsed().toSeconds(),
        candidate.result().samplesPerSecond());
  }
}
