package dev.verdict.cli.bench;

import dev.verdict.model.MatrixProductPeak;
import dev.verdict.model.TorchRuntime;
import java.time.Duration;

/** The float32 matrix product as a row, measured by turns with what it bounds. */
final class PeakRow implements AutoCloseable {
  private static final int MATRIX = 1024;
  private static final Duration TIME = Duration.ofMillis(100);

  private final MatrixProductPeak peak = MatrixProductPeak.open(MATRIX);
  private final String id;
  private final Figures figures;

  /**
   * @param id of the row
   * @param rounds in which it takes its turn
   * @param threads that share the product
   */
  PeakRow(String id, Rounds rounds, int threads) {
    this.id = id;
    figures =
        rounds.add(
            () -> {
              // What is measured by turns may have set the runtime to one thread.
              TorchRuntime.configureThreads(threads);
              return peak.measureGflops(TIME);
            });
  }

  String id() {
    return id;
  }

  /** Adds the row, once the rounds have run. */
  void report(BenchReport report) {
    report.row(id, "matrix product of " + MATRIX + ", float32", "GFLOP/s", figures);
  }

  @Override
  public void close() {
    peak.close();
  }
}
