package dev.verdict.evaluation;

import dev.verdict.evaluation.RollingEvaluation.Content;
import dev.verdict.evaluation.RollingEvaluation.Entry;
import dev.verdict.evaluation.RollingEvaluation.Totals;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Keeps what a {@link RollingEvaluation} tells, as stores would. */
final class RecordingJournal implements RollingEvaluation.Journal {
  private final Map<Long, Entry> recent = new TreeMap<>();
  private final Map<String, Map<Long, Tally.Snapshot>> buckets = new TreeMap<>();
  private Totals totals = Totals.NONE;

  @Override
  public void putRecent(long sequence, Entry entry) {
    recent.put(sequence, entry);
  }

  @Override
  public void removeRecent(long sequence) {
    recent.remove(sequence);
  }

  @Override
  public void putBucket(String window, long start, Tally.Snapshot tally) {
    buckets.computeIfAbsent(window, key -> new TreeMap<>()).put(start, tally);
  }

  @Override
  public void removeBucket(String window, long start) {
    buckets.getOrDefault(window, new HashMap<>()).remove(start);
  }

  @Override
  public void putTotals(Totals latest) {
    totals = latest;
  }

  /** What is kept by now. */
  Content content() {
    Map<String, Map<Long, Tally.Snapshot>> copy = new TreeMap<>();
    buckets.forEach((window, tallies) -> copy.put(window, new TreeMap<>(tallies)));
    return new Content(totals, new TreeMap<>(recent), copy);
  }

  /** As many entries as the journal holds of a window. */
  int buckets(String window) {
    return buckets.getOrDefault(window, Map.of()).size();
  }

  int recent() {
    return recent.size();
  }
}
