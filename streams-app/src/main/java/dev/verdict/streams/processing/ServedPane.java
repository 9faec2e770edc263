package dev.verdict.streams.processing;

import dev.verdict.drift.RecentSignals.PaneKey;
import dev.verdict.drift.SignalPane;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition's pane of one version, as it is stored and told.
 *
 * @param number ascending within the partition: when the pane was begun, milliseconds since 1970,
 *     or one more than the last
 * @param latestMillis when its last prediction was made, milliseconds since 1970
 * @param content of the {@link SignalPane}, in Base64
 */
record ServedPane(String version, int partition, long number, long latestMillis, String content) {
  private static final Logger LOG = LoggerFactory.getLogger(ServedPane.class);

  /** Without content it is read as damaged. */
  ServedPane {
    content = content == null ? "" : content;
  }

  static ServedPane of(PaneKey key, long latestMillis, SignalPane pane) {
    return new ServedPane(
        key.version(),
        key.partition(),
        key.number(),
        latestMillis,
        Base64.getEncoder().encodeToString(pane.toBytes()));
  }

  PaneKey key() {
    return new PaneKey(version, partition, number);
  }

  /** What it counts; empty if it is damaged or was written by another release. */
  Optional<SignalPane> pane() {
    try {
      return Optional.of(SignalPane.fromBytes(Base64.getDecoder().decode(content)));
    } catch (IllegalArgumentException e) {
      LOG.warn("Signals of {} on partition {} begin anew: {}", version, partition, e.getMessage());
      return Optional.empty();
    }
  }
}
