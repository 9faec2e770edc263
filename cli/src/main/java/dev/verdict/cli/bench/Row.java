package dev.verdict.cli.bench;

import java.util.List;
import java.util.Optional;

/**
 * One thing that was measured several times.
 *
 * @param id unique in its report, snake_case
 * @param name as people read it
 * @param unit such as reviews/s
 * @param values in the order of their measurement
 * @param goal of the median; only of things whose bound does not depend on the machine
 */
record Row(
    String id,
    String name,
    String unit,
    double median,
    double min,
    double max,
    List<Double> values,
    Optional<Goal> goal) {
  static Row of(String id, String name, String unit, Figures figures, Optional<Goal> goal) {
    return new Row(
        id, name, unit, figures.median(), figures.min(), figures.max(), figures.values(), goal);
  }
}
