package dev.verdict.contract;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Figures as JSON can hold them: it has neither NaN nor infinity. */
final class Figures {
  private Figures() {}

  /** The finite ones in their order; none for null. */
  static Map<String, Double> finite(Map<String, Double> figures) {
    if (figures == null) {
      return Map.of();
    }
    Map<String, Double> finite = new LinkedHashMap<>(figures);
    finite.values().removeIf(figure -> figure == null || !Double.isFinite(figure));
    return Collections.unmodifiableMap(finite);
  }

  /** The figure, or empty where it is not finite. */
  static OptionalDouble finite(OptionalDouble figure) {
    return figure.isPresent() && Double.isFinite(figure.getAsDouble())
        ? figure
        : OptionalDouble.empty();
  }
}
