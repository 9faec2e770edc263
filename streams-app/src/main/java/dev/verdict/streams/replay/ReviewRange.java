package dev.verdict.streams.replay;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A past range of {@code reviews}: in each partition from the first record at or after a time, or
 * from an offset, up to the first at or after another.
 *
 * @param asked the range as it was asked for: a replay that is continued must ask for the same
 * @param from first time of a record; empty for the oldest that is kept
 * @param to time before which the records are; empty for all that are there at the start
 * @param fromOffsets first offset by partition, before {@code from}
 * @param toOffsets offset to stop before by partition, before {@code to}
 */
public record ReviewRange(
    String asked,
    Optional<Instant> from,
    Optional<Instant> to,
    Map<Integer, Long> fromOffsets,
    Map<Integer, Long> toOffsets) {
  public ReviewRange {
    fromOffsets = Map.copyOf(fromOffsets);
    toOffsets = Map.copyOf(toOffsets);
  }
}
