package dev.verdict.cli.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * From when on a topic has every record: the latest time at which a partition begins that has lost
 * its beginning; never where the topic is compacted.
 */
final class KeptSince {
  /** Records of a partition are not quite in the order of their times. */
  private static final Duration DISORDER = Duration.ofMinutes(1);

  private final boolean compacted;
  private final Map<Integer, Instant> cutOff = new HashMap<>();
  private final Map<Integer, Instant> first = new HashMap<>();

  /**
   * @param begins first offset of each partition
   * @param compacted whether records may be missing from its middle
   */
  KeptSince(Map<Integer, Long> begins, boolean compacted) {
    this.compacted = compacted;
    begins.forEach(
        (partition, offset) -> {
          if (offset > 0) {
            cutOff.put(partition, Instant.MAX);
          }
        });
  }

  /** Takes a record's time; the first of each partition counts. */
  void add(int partition, Instant time) {
    if (first.putIfAbsent(partition, time) == null && cutOff.containsKey(partition)) {
      cutOff.put(partition, time);
    }
  }

  /** Whether a record of that time must be there, in whatever partition it is. */
  boolean holds(Instant time) {
    return !compacted
        && cutOff.values().stream().allMatch(begin -> time.minus(DISORDER).isAfter(begin));
  }
}
