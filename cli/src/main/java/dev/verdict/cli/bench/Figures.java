package dev.verdict.cli.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Repeated measurements of one thing, in the order in which they were made. */
final class Figures {
  private final List<Double> values = new ArrayList<>();

  /** Figures that were measured elsewhere. */
  static Figures of(double... values) {
    Figures figures = new Figures();
    for (double value : values) {
      figures.add(value);
    }
    return figures;
  }

  /**
   * Adds a measurement.
   *
   * @throws IllegalArgumentException if it is not finite: a work of no time, or of no size
   */
  void add(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("Measured " + value + ", must be finite");
    }
    values.add(value);
  }

  /** The middle one, or the mean of the two in the middle. */
  double median() {
    requireSome();
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double min() {
    requireSome();
    return Collections.min(values);
  }

  double max() {
    requireSome();
    return Collections.max(values);
  }

  List<Double> values() {
    return List.copyOf(values);
  }

  private void requireSome() {
    if (values.isEmpty()) {
      throw new IllegalStateException("Nothing was measured");
    }
  }

  /** Lowest and highest. */
  String range() {
    return number(min()) + " to " + number(max());
  }

  /** With about three digits. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
