package dev.verdict.evaluation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Prequential scores over several windows at once (Gama, Sebastião, Rodrigues: On evaluating stream
 * learning algorithms, 2013): every example is tested before it may be trained on, and forgotten
 * when it leaves the window.
 *
 * <p>A window of time is kept in {@value #BUCKETS} buckets of event time, so its far edge moves a
 * bucket at a time. Times after {@code now} count as {@code now}: one wrong clock must not empty
 * the window.
 */
public final class RollingEvaluation {
  static final int BUCKETS = 60;

  private final List<WindowSpec> windows;
  private final List<String> classes;
  private final Deque<Integer> recent = new ArrayDeque<>();
  private final Map<String, NavigableMap<Long, Map<Integer, Long>>> buckets = new TreeMap<>();
  private long latestMillis;

  /**
   * @param windows to keep
   * @param classes known so far; others are appended as they occur
   */
  public RollingEvaluation(List<WindowSpec> windows, Collection<String> classes) {
    this(windows, new Snapshot(List.copyOf(classes), List.of(), Map.of(), 0));
  }

  /** Goes on from a snapshot; windows that it does not know start empty, others are dropped. */
  public RollingEvaluation(List<WindowSpec> windows, Snapshot snapshot) {
    this.windows = windows.stream().distinct().toList();
    this.classes = new ArrayList<>(snapshot.classes());
    this.recent.addAll(snapshot.recent());
    this.latestMillis = snapshot.latestMillis();
    for (WindowSpec window : this.windows) {
      if (window instanceof WindowSpec.Span && snapshot.buckets().containsKey(window.name())) {
        buckets.put(window.name(), copy(snapshot.buckets().get(window.name())));
      }
    }
  }

  /**
   * Everything needed to go on elsewhere.
   *
   * @param recent the last labels, oldest first, each {@code actual << 16 | predicted} as indexes
   *     into {@code classes}
   * @param buckets by window name and bucket start in epoch milliseconds, the count of each such
   *     pair
   */
  public record Snapshot(
      List<String> classes,
      List<Integer> recent,
      Map<String, Map<Long, Map<Integer, Long>>> buckets,
      long latestMillis) {}

  /** Counts one graded prediction. */
  public void add(String actual, String predicted, Instant eventTime, Instant now) {
    long time = Math.min(eventTime.toEpochMilli(), now.toEpochMilli());
    latestMillis = Math.max(latestMillis, time);
    int pair = index(actual) << 16 | index(predicted);
    recent.addLast(pair);
    while (recent.size() > longestCount()) {
      recent.removeFirst();
    }
    for (WindowSpec window : windows) {
      if (window instanceof WindowSpec.Span span) {
        NavigableMap<Long, Map<Integer, Long>> counts =
            buckets.computeIfAbsent(span.name(), name -> new TreeMap<>());
        long width = width(span.length());
        counts
            .computeIfAbsent(Math.floorDiv(time, width) * width, start -> new TreeMap<>())
            .merge(pair, 1L, Long::sum);
        counts.headMap(start(span), false).clear();
      }
    }
  }

  /** The confusion matrix of a window now. */
  public ConfusionMatrix matrix(WindowSpec window) {
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    if (window instanceof WindowSpec.Last last) {
      recent.stream()
          .skip(Math.max(0, recent.size() - last.labels()))
          .forEach(pair -> add(matrix, pair, 1));
    } else if (window instanceof WindowSpec.Span span) {
      buckets
          .getOrDefault(span.name(), new TreeMap<>())
          .tailMap(start(span), true)
          .values()
          .forEach(cells -> cells.forEach((pair, count) -> add(matrix, pair, count)));
    }
    return matrix;
  }

  /** Event time of the newest review counted. */
  public Instant latest() {
    return Instant.ofEpochMilli(latestMillis);
  }

  public Snapshot snapshot() {
    Map<String, Map<Long, Map<Integer, Long>>> copy = new TreeMap<>();
    buckets.forEach((window, counts) -> copy.put(window, copy(counts)));
    return new Snapshot(List.copyOf(classes), List.copyOf(recent), copy, latestMillis);
  }

  private static NavigableMap<Long, Map<Integer, Long>> copy(Map<Long, Map<Integer, Long>> counts) {
    NavigableMap<Long, Map<Integer, Long>> copy = new TreeMap<>();
    counts.forEach((start, cells) -> copy.put(start, new TreeMap<>(cells)));
    return copy;
  }

  private void add(ConfusionMatrix matrix, int pair, long count) {
    matrix.add(classes.get(pair >> 16), classes.get(pair & 0xFFFF), count);
  }

  private int longestCount() {
    return windows.stream()
        .mapToInt(window -> window instanceof WindowSpec.Last last ? last.labels() : 0)
        .max()
        .orElse(0);
  }

  /** Start of the oldest bucket that still counts. */
  private long start(WindowSpec.Span span) {
    long width = width(span.length());
    long buckets = span.length().toMillis() / width;
    return (Math.floorDiv(latestMillis, width) - buckets + 1) * width;
  }

  private static long width(Duration length) {
    return Math.max(1000, length.toMillis() / BUCKETS);
  }

  private int index(String name) {
    int index = classes.indexOf(name);
    if (index < 0) {
      classes.add(name);
      return classes.size() - 1;
    }
    return index;
  }
}
