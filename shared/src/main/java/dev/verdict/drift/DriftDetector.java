package dev.verdict.drift;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a model's errors one by one and says when they have become more frequent.
 *
 * <p>{@link #drift()} and {@link #warning()} are of the last error read. A detector that said drift
 * starts afresh with the next error, as those of the Python library river do.
 */
public sealed interface DriftDetector permits Adwin, PageHinkley, DriftDetectionMethod {
  /**
   * Reads the next error.
   *
   * @param error 0 for a right answer, 1 for a wrong one, or anything between
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  void update(double error);

  /** Whether errors became more frequent, by the last one read. */
  boolean drift();

  /** Whether they may be about to, by the last one read; never together with {@link #drift()}. */
  boolean warning();

  /**
   * The share of errors before the rise, while {@link #drift()} is true; a snapshot does not keep
   * it.
   */
  double before();

  /** What it was made from. */
  DetectorConfig config();

  /** As settings name it: {@code adwin}, {@code page_hinkley} or {@code ddm}. */
  default String name() {
    return config().detector();
  }

  /**
   * All it knows; {@link DriftDetectors#restore} makes a detector of it that goes on bit for bit.
   */
  Snapshot snapshot();

  /**
   * A detector to be kept, for instance as JSON; every number is finite.
   *
   * @param detector its name
   * @param parameters of its configuration, by name
   * @param state what it has learned, in an order of its own
   */
  record Snapshot(String detector, Map<String, Double> parameters, List<Double> state) {
    public Snapshot {
      parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
      state = List.copyOf(state);
    }
  }
}
