package dev.verdict.streams.replay;

import dev.verdict.contract.RejectedException.Reason;
import java.util.Map;

/**
 * What a replay of reviews did.
 *
 * @param version that predicted
 * @param before offsets of the range that earlier runs of the group had done
 * @param total offsets of the range, those without a record included
 * @param predicted reviews
 * @param rejected bad records, which have no prediction
 * @param tombstones passed over
 * @param earlier records before the range's first time, though written after it began
 */
public record ReplayReport(
    String version,
    long before,
    long total,
    long predicted,
    Map<Reason, Long> rejected,
    long tombstones,
    long earlier) {
  /** Bad records of every reason. */
  public long rejectedInAll() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }
}
