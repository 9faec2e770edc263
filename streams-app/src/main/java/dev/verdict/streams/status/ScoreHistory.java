package dev.verdict.streams.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The course of a score over a span of time, thinned to the last point of each of equally long
 * steps. Not safe for several threads.
 */
final class ScoreHistory {
  private final long spanMillis;
  private final long stepMillis;
  private final NavigableMap<Long, ScorePoint> points = new TreeMap<>();

  /**
   * @param span from the oldest point to the newest
   * @param steps most points kept
   */
  ScoreHistory(Duration span, int steps) {
    this.spanMillis = span.toMillis();
    this.stepMillis = Math.max(1, spanMillis / steps);
  }

  /** Adds a point; a later one of the same step takes its place. */
  void add(ScorePoint point) {
    points.merge(
        point.at() / stepMillis, point, (old, added) -> added.at() >= old.at() ? added : old);
    long oldest = (points.lastEntry().getValue().at() - spanMillis) / stepMillis;
    points.headMap(oldest, true).clear();
  }

  /**
   * The points from a time on, oldest first. The step of that time is among them: its point may
   * have been replaced since.
   *
   * @param sinceMillis since 1970
   */
  List<ScorePoint> since(long sinceMillis) {
    return new ArrayList<>(points.tailMap(sinceMillis / stepMillis, true).values());
  }

  /** The newest point. */
  Optional<ScorePoint> latest() {
    return Optional.ofNullable(points.lastEntry()).map(entry -> entry.getValue());
  }

  /** How far two points lie apart at least. */
  Duration step() {
    return Duration.ofMillis(stepMillis);
  }
}
