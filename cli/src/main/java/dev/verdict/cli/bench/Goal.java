package dev.verdict.cli.bench;

import java.util.OptionalDouble;

/**
 * Which way a figure is good, and what it should reach.
 *
 * @param better which way
 * @param bound what it should be at least, or at most; empty where none was set
 */
record Goal(Better better, OptionalDouble bound) {
  static final Goal HIGHER = new Goal(Better.HIGHER, OptionalDouble.empty());
  static final Goal LOWER = new Goal(Better.LOWER, OptionalDouble.empty());

  static Goal atLeast(double bound) {
    return new Goal(Better.HIGHER, OptionalDouble.of(bound));
  }

  static Goal atMost(double bound) {
    return new Goal(Better.LOWER, OptionalDouble.of(bound));
  }

  /** Whether a value is as good as the bound; true without one. */
  boolean isReachedBy(double value) {
    return bound.isEmpty()
        || (better == Better.HIGHER ? value >= bound.getAsDouble() : value <= bound.getAsDouble());
  }

  /** As the table shows it; empty without a bound. */
  String text(double value) {
    if (bound.isEmpty()) {
      return "";
    }
    return (better == Better.HIGHER ? "at least " : "at most ")
        + Figures.number(bound.getAsDouble())
        + (isReachedBy(value) ? ": reached" : ": missed");
  }
}
