package dev.verdict.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the last predictions of each version look like, over all partitions, each of which tells its
 * panes. A pane told again takes the place of the one before, so telling twice changes nothing.
 *
 * <p>The period is counted in reviews, so that it means the same at any rate, and its panes are
 * ordered by when they were predicted, so that it holds the newest reviews wherever they came: a
 * partition with a tenth of the stream has a tenth of the period, and one that has fallen silent
 * leaves it. A fixed count for each partition would give neither.
 *
 * <p>The newest panes are kept until they hold the period's reviews. So it is longer by less than a
 * pane, once so many were told.
 */
public final class RecentSignals {
  private static final Comparator<Told> NEWEST =
      Comparator.comparingLong(Told::latestMillis)
          .thenComparing(Told::key, Comparator.comparingLong(PaneKey::number))
          .thenComparing(Told::key, Comparator.comparingInt(PaneKey::partition))
          .reversed();

  private final long reviews;
  private final Map<String, Map<PaneKey, Told>> panes = new TreeMap<>();

  /**
   * Which pane.
   *
   * @param number ascending within a partition, with gaps
   */
  public record PaneKey(String version, int partition, long number) {}

  private record Told(PaneKey key, long latestMillis, SignalPane pane) {}

  /**
   * @param reviews of the period
   */
  public RecentSignals(long reviews) {
    this.reviews = reviews;
  }

  /**
   * Takes a pane, and forgets those of its version that are too old by now; it may be one of them.
   *
   * @param latestMillis when the last of its predictions was made, milliseconds since 1970
   * @return what was forgotten
   */
  public List<PaneKey> put(PaneKey key, long latestMillis, SignalPane pane) {
    Map<PaneKey, Told> ofVersion = panes.computeIfAbsent(key.version(), version -> new HashMap<>());
    ofVersion.put(key, new Told(key, latestMillis, pane));
    long newer = 0;
    List<PaneKey> old = new ArrayList<>();
    for (Told each : newest(ofVersion)) {
      if (newer >= reviews) {
        old.add(each.key());
      }
      newer += each.pane().reviews();
    }
    ofVersion.keySet().removeAll(old);
    return old;
  }

  /** Forgets a version. */
  public List<PaneKey> forget(String version) {
    return Optional.ofNullable(panes.remove(version))
        .map(Map::keySet)
        .map(List::copyOf)
        .orElse(List.of());
  }

  /** The versions that panes are kept of, the one that has been silent for longest first. */
  public List<String> versions() {
    return panes.keySet().stream().sorted(Comparator.comparingLong(this::latestMillis)).toList();
  }

  private long latestMillis(String version) {
    return panes.get(version).values().stream().mapToLong(Told::latestMillis).max().orElse(0);
  }

  /**
   * A version's period, all panes merged; empty before its first. Panes of other classes than the
   * newest has, which only damage can bring, are left out.
   */
  public Optional<SignalPane> of(String version) {
    Optional<SignalPane> all = Optional.empty();
    for (Told each : newest(panes.getOrDefault(version, Map.of()))) {
      SignalPane merged = all.orElseGet(() -> new SignalPane(each.pane().classes()));
      if (merged.classes().equals(each.pane().classes())) {
        merged.merge(each.pane());
      }
      all = Optional.of(merged);
    }
    return all;
  }

  private static List<Told> newest(Map<PaneKey, Told> ofVersion) {
    return ofVersion.values().stream().sorted(NEWEST).toList();
  }
}
