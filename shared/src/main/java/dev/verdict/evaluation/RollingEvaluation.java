package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Prequential scores over several windows at once (Gama, Sebastião, Rodrigues: On evaluating stream
 * learning algorithms, 2013): every example is tested before it may be trained on, and forgotten
 * when it leaves the window.
 *
 * <p>A window of time is a sum of buckets of event time. A label whose window is gone is counted as
 * too late. Windows that advance by themselves stay open for a grace after their end, as in Kafka
 * Streams; a rolling window has only its newest.
 *
 * <p>What has to be kept is told to a {@link Journal} step by step, for the state is large and each
 * label changes little of it.
 */
public final class RollingEvaluation {
  private final List<WindowSpec> windows;
  private final long graceMillis;
  private final Journal journal;
  private final NavigableMap<Long, Entry> recent = new TreeMap<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private final Map<String, Tally> last = new HashMap<>();
  private final Map<String, NavigableMap<Long, Tally>> buckets = new HashMap<>();
  private final Map<String, TreeSet<Long>> changed = new HashMap<>();
  private final Map<String, Long> tooLate;
  private long latestMillis;
  private long nextSequence;
  private long position;

  /** One of the last labels. */
  public record Entry(String id, GradedOutcome outcome) {}

  /**
   * The few figures that are kept whole.
   *
   * @param latestMillis event time of the newest review counted
   * @param nextSequence number of the next label, from 0
   * @param position of the last label in the log that they come from; -1 before the first
   * @param tooLate labels that came after their window was gone, by window
   */
  public record Totals(
      long latestMillis, long nextSequence, long position, Map<String, Long> tooLate) {
    public static final Totals NONE = new Totals(0, 0, -1, Map.of());
  }

  /** Everything needed to go on elsewhere. */
  public record Content(
      Totals totals, Map<Long, Entry> recent, Map<String, Map<Long, Tally.Snapshot>> buckets) {
    public static final Content NONE = new Content(Totals.NONE, Map.of(), Map.of());
  }

  /** Keeps what changes; what it was told last is the {@link Content} to go on from. */
  public interface Journal {
    void putRecent(long sequence, Entry entry);

    void removeRecent(long sequence);

    void putBucket(String window, long start, Tally.Snapshot tally);

    void removeBucket(String window, long start);

    void putTotals(Totals totals);
  }

  /**
   * The scores of one window.
   *
   * @param startMillis of a window of time, milliseconds since 1970
   * @param tooLate labels that came after their window was gone
   */
  public record Window(WindowSpec spec, Optional<Long> startMillis, Tally tally, long tooLate) {}

  /**
   * @param windows to keep
   * @param graceMillis how long a hopping or tumbling window takes labels after its end
   * @param content to go on from; what belongs to none of the windows is forgotten
   */
  public RollingEvaluation(
      List<WindowSpec> windows, long graceMillis, Content content, Journal journal) {
    this.windows = windows.stream().distinct().toList();
    this.graceMillis = graceMillis;
    this.journal = journal;
    this.latestMillis = content.totals().latestMillis();
    this.nextSequence = content.totals().nextSequence();
    this.position = content.totals().position();
    this.tooLate = new TreeMap<>(content.totals().tooLate());
    content.recent().forEach(this::keep);
    for (WindowSpec window : this.windows) {
      if (window instanceof WindowSpec.Last count) {
        Tally tally = new Tally();
        recent.tailMap(nextSequence - count.labels()).values().forEach(e -> tally.add(e.outcome()));
        last.put(window.name(), tally);
      } else {
        NavigableMap<Long, Tally> kept = new TreeMap<>();
        content
            .buckets()
            .getOrDefault(window.name(), Map.of())
            .forEach((start, tally) -> kept.put(start, Tally.of(tally)));
        buckets.put(window.name(), kept);
        changed.put(window.name(), new TreeSet<>(kept.keySet()));
      }
    }
    forgetRecent();
    content.buckets().keySet().stream()
        .filter(name -> !buckets.containsKey(name))
        .forEach(
            name ->
                content
                    .buckets()
                    .get(name)
                    .keySet()
                    .forEach(start -> journal.removeBucket(name, start)));
  }

  /**
   * Counts a graded prediction.
   *
   * @param id of the review
   * @param at its position in the log that labels come from
   */
  public void add(String id, GradedOutcome outcome, long at) {
    position = at;
    latestMillis = Math.max(latestMillis, outcome.eventMillis());
    long sequence = nextSequence++;
    Entry entry = new Entry(id, outcome);
    keep(sequence, entry);
    journal.putRecent(sequence, entry);
    for (WindowSpec window : windows) {
      if (window instanceof WindowSpec.Last count) {
        Tally tally = last.get(window.name());
        tally.add(outcome);
        Optional.ofNullable(recent.get(sequence - count.labels()))
            .ifPresent(left -> tally.remove(left.outcome()));
      } else if (window instanceof WindowSpec.Timed timed) {
        addToBucket(timed, outcome);
      }
    }
    forgetRecent();
    putTotals();
  }

  /**
   * Counts a label in the place of an earlier one of the same prediction, wherever that still
   * counts.
   *
   * @param before as it was added
   */
  public void replace(String id, GradedOutcome before, GradedOutcome after, long at) {
    position = at;
    Optional<Long> sequence = Optional.ofNullable(sequences.get(id));
    for (WindowSpec window : windows) {
      if (window instanceof WindowSpec.Last count) {
        sequence
            .filter(number -> number >= nextSequence - count.labels())
            .ifPresent(number -> swap(last.get(window.name()), before, after));
      } else if (window instanceof WindowSpec.Timed timed) {
        long start = timed.bucketOf(before.eventMillis());
        Optional.ofNullable(buckets.get(window.name()).get(start))
            .ifPresent(
                tally -> {
                  swap(tally, before, after);
                  store(timed, start, tally);
                });
      }
    }
    sequence.ifPresent(
        number -> {
          Entry entry = new Entry(id, after);
          recent.put(number, entry);
          journal.putRecent(number, entry);
        });
    putTotals();
  }

  private void putTotals() {
    journal.putTotals(new Totals(latestMillis, nextSequence, position, Map.copyOf(tooLate)));
  }

  private static void swap(Tally tally, GradedOutcome before, GradedOutcome after) {
    tally.remove(before);
    tally.add(after);
  }

  private void addToBucket(WindowSpec.Timed window, GradedOutcome outcome) {
    NavigableMap<Long, Tally> kept = buckets.get(window.name());
    long oldest = oldestBucket(window);
    long start = window.bucketOf(outcome.eventMillis());
    if (start < oldest) {
      tooLate.merge(window.name(), 1L, Long::sum);
    } else {
      Tally tally = kept.computeIfAbsent(start, key -> new Tally());
      tally.add(outcome);
      store(window, start, tally);
    }
    NavigableMap<Long, Tally> gone = kept.headMap(oldest, false);
    gone.keySet().forEach(each -> journal.removeBucket(window.name(), each));
    gone.clear();
    changed.get(window.name()).headSet(oldest).clear();
  }

  private void store(WindowSpec.Timed window, long start, Tally tally) {
    changed.get(window.name()).add(start);
    journal.putBucket(window.name(), start, tally.snapshot());
  }

  /** Start of the oldest bucket that an open window still holds. */
  private long oldestBucket(WindowSpec.Timed window) {
    long width = window.bucket().toMillis();
    if (window instanceof WindowSpec.Hopping) {
      long closed = latestMillis - window.length().toMillis() - graceMillis;
      return window.bucketOf(closed) + width;
    }
    return newestStart(window);
  }

  /**
   * Start of the window that ends with the newest review's bucket: the fullest of the open ones.
   */
  private long newestStart(WindowSpec.Timed window) {
    long width = window.bucket().toMillis();
    return window.bucketOf(latestMillis) + width - window.length().toMillis() / width * width;
  }

  /** The scores of every window as it is now, of time up to the newest review's bucket. */
  public List<Window> newest() {
    List<Window> found = new ArrayList<>();
    for (WindowSpec window : windows) {
      if (window instanceof WindowSpec.Timed timed) {
        found.add(window(timed, newestStart(timed)));
      } else {
        found.add(new Window(window, Optional.empty(), last.get(window.name()), 0));
      }
    }
    return found;
  }

  /**
   * The hopping and tumbling windows that have changed since this was last asked, oldest first; all
   * after a restart.
   */
  public List<Window> changedWindows() {
    List<Window> found = new ArrayList<>();
    for (WindowSpec window : windows) {
      if (window instanceof WindowSpec.Hopping hopping) {
        long length = hopping.length().toMillis();
        long advance = hopping.advance().toMillis();
        TreeSet<Long> starts = new TreeSet<>();
        for (long bucket : changed.get(window.name())) {
          for (long start = bucket + advance - length; start <= bucket; start += advance) {
            if (start + length + graceMillis > latestMillis) {
              starts.add(start);
            }
          }
        }
        starts.forEach(start -> found.add(window(hopping, start)));
      }
      Optional.ofNullable(changed.get(window.name())).ifPresent(TreeSet::clear);
    }
    return found;
  }

  private Window window(WindowSpec.Timed spec, long start) {
    Tally sum = new Tally();
    buckets
        .get(spec.name())
        .subMap(start, true, start + spec.length().toMillis(), false)
        .values()
        .forEach(sum::add);
    return new Window(spec, Optional.of(start), sum, tooLate.getOrDefault(spec.name(), 0L));
  }

  /** Event time of the newest review counted, milliseconds since 1970. */
  public long latestMillis() {
    return latestMillis;
  }

  /** Labels counted since the beginning. */
  public long labelled() {
    return nextSequence;
  }

  /** Where the last label stands in the log that they come from; -1 before the first. */
  public long position() {
    return position;
  }

  private void keep(long sequence, Entry entry) {
    recent.put(sequence, entry);
    sequences.put(entry.id(), sequence);
  }

  private void forgetRecent() {
    long longest =
        windows.stream()
            .mapToLong(window -> window instanceof WindowSpec.Last count ? count.labels() : 0)
            .max()
            .orElse(0);
    NavigableMap<Long, Entry> gone = recent.headMap(nextSequence - longest, false);
    gone.forEach(
        (sequence, entry) -> {
          sequences.remove(entry.id(), sequence);
          journal.removeRecent(sequence);
        });
    gone.clear();
  }
}
