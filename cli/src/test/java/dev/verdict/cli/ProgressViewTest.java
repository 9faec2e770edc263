package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
  private final AtomicLong nanos = new AtomicLong();
  private final StringWriter out = new StringWriter();

  @Test
  void noTerminalThenAPlainLineEveryFiveSecondsWithTheRateOfThisRun() {
    ProgressView view = view(false);
    view.at(1000, 5000);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(4));
    view.at(1500, 5000);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(6));
    view.at(3000, 5000);
    view.at(3001, 5000);
    view.clear();

    assertThat(out.toString().lines()).containsExactly("3,000 / 5,000 reviews  200/s  ETA 10 s");
  }

  @Test
  void terminalThenABarInPlace() {
    ProgressView view = view(true);
    view.at(0, 100);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    view.at(50, 100);
    view.clear();

    assertThat(out.toString())
        .isEqualTo(
            "\r\u001B[2K[############------------] 50 / 100 reviews  50/s  ETA 1 s\r\u001B[2K");
  }

  private ProgressView view(boolean terminal) {
    return new ProgressView(new PrintWriter(out, true), "reviews", terminal, nanos::get);
  }
}
