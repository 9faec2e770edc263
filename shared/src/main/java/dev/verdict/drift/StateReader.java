package dev.verdict.drift;

import java.util.List;

/** The numbers of a snapshot, in order. */
final class StateReader {
  private final String detector;
  private final List<Double> state;
  private int next;

  StateReader(String detector, List<Double> state) {
    this.detector = detector;
    this.state = state;
  }

  /** A finite number from {@code min} to {@code max}. */
  double number(double min, double max) {
    if (next == state.size()) {
      throw broken("ends after %d numbers".formatted(next));
    }
    double value = state.get(next++);
    if (!(Double.isFinite(value) && value >= min && value <= max)) {
      throw broken(value, "from %s to %s".formatted(min, max));
    }
    return value;
  }

  /** A whole number from 0 to {@code max}. */
  long count(long max) {
    return count(0, max);
  }

  /** A whole number from {@code min} to {@code max}. */
  long count(long min, long max) {
    double value = number((double) min, (double) max);
    if (value != Math.rint(value)) {
      throw broken(value, "a whole number");
    }
    return (long) value;
  }

  boolean flag() {
    return count(1) == 1;
  }

  void requireEnd() {
    require(next == state.size(), "has %d numbers, must have %d".formatted(state.size(), next));
  }

  /** Refuses what no detector writes. */
  void require(boolean holds, String fault) {
    if (!holds) {
      throw broken(fault);
    }
  }

  private IllegalArgumentException broken(double value, String allowed) {
    return broken("has %s at position %d, must be %s".formatted(value, next - 1, allowed));
  }

  private IllegalArgumentException broken(String fault) {
    return new IllegalArgumentException("State of %s %s".formatted(detector, fault));
  }
}
