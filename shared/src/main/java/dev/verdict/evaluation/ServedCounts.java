package dev.verdict.evaluation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Predictions that were served, by version, window and bucket of event time, each partition's count
 * by itself: a partition tells how many it has by now, so telling twice changes nothing. Those of a
 * segment are counted beside them, under its name in the place of a version's.
 */
public final class ServedCounts {
  private final Map<String, Map<String, NavigableMap<Long, Map<Integer, Count>>>> counts =
      new TreeMap<>();
  private final Map<String, Long> latest = new HashMap<>();

  /**
   * One partition's count.
   *
   * @param version or a name of {@link ServedSegments}
   * @param window by name
   * @param startMillis of the bucket, milliseconds since 1970
   * @param predictions so far
   * @param latestMillis event time of the newest of them
   */
  public record Count(
      String version,
      String window,
      long startMillis,
      int partition,
      long predictions,
      long latestMillis) {}

  /** Puts a partition's count in the place of its last one. */
  public void put(Count count) {
    counts
        .computeIfAbsent(count.version(), key -> new HashMap<>())
        .computeIfAbsent(count.window(), key -> new TreeMap<>())
        .computeIfAbsent(count.startMillis(), key -> new HashMap<>())
        .put(count.partition(), count);
    latest.merge(count.version(), count.latestMillis(), Math::max);
  }

  /** Predictions of a version in a window of time. */
  public long of(String version, WindowSpec.Timed window, long startMillis) {
    return counts
        .getOrDefault(version, Map.of())
        .getOrDefault(window.name(), new TreeMap<>())
        .subMap(startMillis, true, startMillis + window.length().toMillis(), false)
        .values()
        .stream()
        .flatMap(partitions -> partitions.values().stream())
        .mapToLong(Count::predictions)
        .sum();
  }

  /** Predictions of all versions in a window of time. */
  public long ofAll(WindowSpec.Timed window, long startMillis) {
    return counts.keySet().stream()
        .filter(name -> !ServedSegments.isSegment(name))
        .mapToLong(version -> of(version, window, startMillis))
        .sum();
  }

  /**
   * Predictions of all versions in a window of time whose attribute has one of some values; empty
   * where that is not known: some partition has met more values than it counts, or the attribute
   * was not counted yet when some of the predictions were made.
   *
   * @param values of the attribute
   */
  public OptionalLong ofSegment(
      String attribute, Predicate<String> values, WindowSpec.Timed window, long startMillis) {
    long counted = 0;
    long matching = 0;
    for (String name : counts.keySet()) {
      if (name.startsWith(attribute + "=")) {
        long predictions = of(name, window, startMillis);
        counted += predictions;
        boolean isValue = !name.equals(ServedSegments.none(attribute));
        if (isValue && values.test(name.substring(attribute.length() + 1))) {
          matching += predictions;
        }
      }
    }
    boolean known =
        of(ServedSegments.more(attribute), window, startMillis) == 0
            && counted >= ofAll(window, startMillis);
    return known ? OptionalLong.of(matching) : OptionalLong.empty();
  }

  /** Event time of the newest prediction of a version, milliseconds since 1970; 0 without any. */
  public long latestMillis(String version) {
    return latest.getOrDefault(version, 0L);
  }

  /** Event time of the newest prediction of all, milliseconds since 1970; 0 without any. */
  public long latestMillis() {
    return latest.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** The versions and names of segments of which anything is counted. */
  public List<String> names() {
    return List.copyOf(counts.keySet());
  }

  /**
   * Forgets the buckets that begin before a time.
   *
   * @return what was forgotten
   */
  public List<Count> forget(String version, String window, long beforeMillis) {
    NavigableMap<Long, Map<Integer, Count>> old =
        counts
            .getOrDefault(version, Map.of())
            .getOrDefault(window, new TreeMap<>())
            .headMap(beforeMillis, false);
    List<Count> forgotten =
        old.values().stream().flatMap(partitions -> partitions.values().stream()).toList();
    old.clear();
    return forgotten;
  }
}
