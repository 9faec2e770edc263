package dev.verdict.trainer.training;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The newest examples of different ids, as many as fit; of one id the latest. */
public final class NewestExamples {
  private final int capacity;
  private final Map<String, Timed> byId = new HashMap<>();
  private final TreeSet<Timed> byTime =
      new TreeSet<>(Comparator.comparing(Timed::time).thenComparing(timed -> timed.example().id()));

  private record Timed(Example example, Instant time) {}

  /**
   * @param capacity examples kept at most; may be 0
   */
  public NewestExamples(int capacity) {
    this.capacity = capacity;
  }

  /** Counts an example; one that comes later wins over one of the same id and time. */
  public void add(Example example, Instant time) {
    Timed known = byId.get(example.id());
    if (known != null) {
      if (time.isBefore(known.time())) {
        return;
      }
      byTime.remove(known);
    }
    Timed timed = new Timed(example, time);
    byId.put(example.id(), timed);
    byTime.add(timed);
    if (byTime.size() > capacity) {
      byId.remove(byTime.pollFirst().example().id());
    }
  }

  /** Oldest first. */
  public List<Example> oldestFirst() {
    return byTime.stream().map(Timed::example).toList();
  }
}
