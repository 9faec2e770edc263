package dev.verdict.checkpoint;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Which checkpoints leave a cache that is full: those used least recently, never one in use.
 *
 * @param evicted names, the least recently used first
 * @param bytes that the cache then holds, with what is to come
 */
record EvictionPlan(List<String> evicted, long bytes) {

  /**
   * A checkpoint in the cache.
   *
   * @param inUse whether a process needs its files
   */
  record Cached(String name, long bytes, Instant lastUsed, boolean inUse) {}

  /**
   * Makes room.
   *
   * @param incoming bytes that are to come
   * @param maxBytes of the cache; more only if what is in use needs it
   */
  static EvictionPlan of(Collection<Cached> cached, long incoming, long maxBytes) {
    long bytes = incoming + cached.stream().mapToLong(Cached::bytes).sum();
    List<String> evicted = new ArrayList<>();
    List<Cached> oldestFirst =
        cached.stream()
            .filter(each -> !each.inUse())
            .sorted(Comparator.comparing(Cached::lastUsed).thenComparing(Cached::name))
            .toList();
    for (Cached each : oldestFirst) {
      if (bytes <= maxBytes) {
        break;
      }
      evicted.add(each.name());
      bytes -= each.bytes();
    }
    return new EvictionPlan(List.copyOf(evicted), bytes);
  }
}
