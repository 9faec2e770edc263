package dev.verdict.drift;

import java.util.Map;

/** Parameters of a detector, read by name and checked. */
record Parameters(String detector, Map<String, Double> values) {
  double number(String name) {
    return values.get(name);
  }

  int whole(String name) {
    double value = number(name);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s of %s is %s, must be a whole number up to %d"
              .formatted(name, detector, value, Integer.MAX_VALUE));
    }
    return (int) value;
  }

  boolean flag(String name) {
    double value = number(name);
    require(value == 0 || value == 1, detector, name, value, "0 or 1");
    return value == 1;
  }

  /** Refuses a value that its check did not hold for. */
  static void require(boolean holds, String detector, String name, double value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s of %s is %s, must be %s".formatted(name, detector, value, allowed));
    }
  }
}
