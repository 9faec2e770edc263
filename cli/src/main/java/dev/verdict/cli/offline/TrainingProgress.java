package dev.verdict.cli.offline;

import dev.verdict.trainer.training.Progress;
import dev.verdict.trainer.training.ProgressListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A run for people: the table of its validations, between them a bar in a terminal. */
final class TrainingProgress implements ProgressListener {
  private static final long INTERVAL_NANOS = Duration.ofMillis(250).toNanos();
  private static final int BAR = 24;
  private static final String CLEAR_LINE = "\r\u001B[2K";

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanoClock;
  private long shownNanos;
  private boolean header;

  TrainingProgress(PrintWriter out, boolean terminal, LongSupplier nanoClock) {
    this.out = out;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
    this.shownNanos = nanoClock.getAsLong() - INTERVAL_NANOS;
  }

  @Override
  public void stepped(Progress progress) {
    long now = nanoClock.getAsLong();
    if (!terminal || now - shownNanos < INTERVAL_NANOS) {
      return;
    }
    shownNanos = now;
    int filled = BAR * progress.step() / progress.steps();
    out.print(
        CLEAR_LINE
            + "["
            + "#".repeat(filled)
            + "-".repeat(BAR - filled)
            + String.format(
                Locale.ROOT,
                "] %,d / %,d steps  loss %.4f  %.0f samples/s  ETA %s",
                progress.step(),
                progress.steps(),
                progress.loss(),
                progress.samplesPerSecond(),
                duration(progress.eta())));
    out.flush();
  }

  @Override
  public void validated(Progress progress) {
    if (terminal) {
      out.print(CLEAR_LINE);
    }
    boolean classifies = progress.macroF1().isPresent();
    if (!header) {
      header = true;
      out.printf(
          "%9s %7s %10s %14s %16s%s %10s %8s%n",
          "step",
          "epoch",
          "rate",
          "training loss",
          "validation loss",
          classifies ? "   macro F1    best" : "",
          "samples/s",
          "ETA");
    }
    out.printf(
        Locale.ROOT,
        "%9d %7.2f %10.2e %14.4f %16.4f%s %10.0f %8s%n",
        progress.step(),
        progress.epoch(),
        progress.learningRate(),
        progress.loss(),
        progress.validationLoss().orElse(Double.NaN),
        classifies
            ? String.format(
                Locale.ROOT,
                " %10.4f %7.4f",
                progress.macroF1().orElseThrow(),
                progress.bestMacroF1().orElseThrow())
            : "",
        progress.samplesPerSecond(),
        duration(progress.eta()));
    out.flush();
  }

  /** Removes the bar. */
  void clear() {
    if (terminal) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }

  private static String duration(Duration time) {
    return time.toSeconds() < 60
        ? time.toSeconds() + " s"
        : "%d:%02d min".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
