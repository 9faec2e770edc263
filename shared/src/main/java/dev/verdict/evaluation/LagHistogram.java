package dev.verdict.evaluation;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Counts of durations in bins that grow by {@value #GROWTH}, so that a quantile is within 2.5% of
 * the true one, and two histograms add up exactly and in any order (Masson, Rim, Lee: DDSketch,
 * VLDB 2019). What was added can be taken back.
 */
final class LagHistogram {
  private static final double GROWTH = 1.05;

  private final TreeMap<Integer, Long> bins = new TreeMap<>();

  /** Counts a duration so often, or takes it back where {@code times} is negative. */
  void add(long millis, long times) {
    addToBin(bin(millis), times);
  }

  void add(LagHistogram other) {
    other.bins.forEach(this::addToBin);
  }

  void addToBin(int bin, long times) {
    bins.merge(bin, times, (one, two) -> one + two == 0 ? null : Long.valueOf(one + two));
  }

  Map<Integer, Long> bins() {
    return new TreeMap<>(bins);
  }

  /**
   * The duration that the share {@code quantile} of all does not exceed, in seconds; empty without
   * any.
   */
  OptionalDouble seconds(double quantile) {
    long total = bins.values().stream().mapToLong(Long::longValue).sum();
    long rank = Math.max(1, (long) Math.ceil(quantile * total));
    long seen = 0;
    for (Map.Entry<Integer, Long> bin : bins.entrySet()) {
      seen += bin.getValue();
      if (seen >= rank) {
        return OptionalDouble.of(middle(bin.getKey()) / 1000);
      }
    }
    return OptionalDouble.empty();
  }

  private static int bin(long millis) {
    return millis <= 0 ? 0 : 1 + (int) Math.floor(Math.log((double) millis) / Math.log(GROWTH));
  }

  private static double middle(int bin) {
    return bin == 0 ? 0 : Math.pow(GROWTH, bin - 0.5);
  }
}
