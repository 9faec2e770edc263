package dev.verdict.cli.bench;

import java.util.Arrays;
import java.util.Locale;

/** Repeated measurements of one thing. */
final class Figures {
  private final double[] values;
  private int count;

  Figures(int repetitions) {
    values = new double[repetitions];
  }

  void add(double value) {
    values[count++] = value;
  }

  double median() {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
  }

  /** Median with the lowest and highest. */
  String text(String unit) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT, "%.1f %s (%.1f to %.1f)", median(), unit, sorted[0], sorted[count - 1]);
  }
}
