package dev.verdict.cli;

import dev.verdict.streams.replay.ReplayProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Progress as a bar in one line of a terminal, as plain lines elsewhere. */
public final class ProgressView implements ReplayProgress {
  private static final int BAR = 24;
  private static final String CLEAR_LINE = "\r\u001B[2K";

  private final PrintWriter out;
  private final String unit;
  private final boolean terminal;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private final long intervalNanos;
  private long startDone = -1;
  private long shownNanos;
  private boolean shown;

  ProgressView(PrintWriter out, String unit, boolean terminal, LongSupplier nanoClock) {
    this.out = out;
    this.unit = unit;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
    this.intervalNanos = (terminal ? Duration.ofMillis(250) : Duration.ofSeconds(5)).toNanos();
    this.shownNanos = startNanos;
  }

  /** Progress of this process, now. */
  public static ProgressView on(PrintWriter out, String unit) {
    return new ProgressView(out, unit, Terminal.isThere(), System::nanoTime);
  }

  @Override
  public void at(long done, long total) {
    long now = nanoClock.getAsLong();
    if (startDone < 0) {
      startDone = done;
    }
    if (now - shownNanos < intervalNanos) {
      return;
    }
    shownNanos = now;
    shown = true;
    double rate = (done - startDone) / ((now - startNanos) / 1e9);
    String figures =
        String.format(
            Locale.ROOT,
            "%,d / %,d %s  %,.0f/s  ETA %s",
            done,
            total,
            unit,
            rate,
            rate > 0 ? Math.round((total - done) / rate) + " s" : "?");
    if (terminal) {
      int filled = (int) (total == 0 ? BAR : BAR * done / total);
      out.print(CLEAR_LINE + "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] " + figures);
    } else {
      out.println(figures);
    }
    out.flush();
  }

  /** Makes room for what is said besides. */
  public void clear() {
    if (terminal && shown) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }
}
