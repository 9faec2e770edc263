package dev.verdict.contract;

import dev.verdict.contract.CheckedEvaluation.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** Collects the figures that are not the same. */
final class FigureComparison {
  /** Between two ways to compute the same: published sums are of billionths. */
  private static final double TOLERANCE = 1e-9;

  /** Of a lag's quantile, as the evaluation promises. */
  private static final double LAG_TOLERANCE = 0.025;

  private static final String NONE = "none";

  private final List<Difference> differences = new ArrayList<>();

  List<Difference> differences() {
    return List.copyOf(differences);
  }

  /** Counts, times and names, which must be equal. */
  void same(String figure, Object published, Object recomputed) {
    if (!Objects.equals(published, recomputed)) {
      add(figure, text(published), text(recomputed));
    }
  }

  /** Scores. */
  void near(String figure, double published, double recomputed) {
    near(figure, OptionalDouble.of(published), OptionalDouble.of(recomputed));
  }

  /** Scores that may be absent. */
  void near(String figure, OptionalDouble published, OptionalDouble recomputed) {
    compare(figure, published, recomputed, TOLERANCE);
  }

  /** Quantiles of the lag, relative to their size. */
  void within(String figure, OptionalDouble published, OptionalDouble recomputed) {
    compare(
        figure, published, recomputed, TOLERANCE + LAG_TOLERANCE * Math.abs(recomputed.orElse(0)));
  }

  private void compare(
      String figure, OptionalDouble published, OptionalDouble recomputed, double tolerance) {
    boolean near = published.isPresent() == recomputed.isPresent();
    if (near && published.isPresent()) {
      // Not a number is near to nothing.
      near = Math.abs(published.getAsDouble() - recomputed.orElseThrow()) <= tolerance;
    }
    if (!near) {
      add(figure, text(published), text(recomputed));
    }
  }

  private void add(String figure, String published, String recomputed) {
    differences.add(new Difference(figure, published, recomputed));
  }

  private static String text(Object value) {
    return value instanceof Optional<?> optional
        ? optional.map(String::valueOf).orElse(NONE)
        : String.valueOf(value);
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? String.valueOf(value.getAsDouble()) : NONE;
  }
}
