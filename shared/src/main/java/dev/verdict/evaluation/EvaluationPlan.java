package dev.verdict.evaluation;

import java.time.Duration;
import java.util.List;

/**
 * What is evaluated.
 *
 * @param windows whose scores are kept
 * @param grace how long a hopping or tumbling window takes labels after its end
 * @param segments attributes of reviews whose values have scores of their own
 * @param segmentValues of each such attribute, at most, beside {@code other}
 * @param interval between two publications of what changed
 */
public record EvaluationPlan(
    List<WindowSpec> windows,
    Duration grace,
    List<String> segments,
    int segmentValues,
    Duration interval) {
  public EvaluationPlan {
    windows = List.copyOf(windows);
    segments = List.copyOf(segments);
  }

  /** The windows of time. */
  public List<WindowSpec.Timed> timedWindows() {
    return windows.stream()
        .filter(WindowSpec.Timed.class::isInstance)
        .map(WindowSpec.Timed.class::cast)
        .toList();
  }
}
