package dev.verdict.trainer.training;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/**
 * A uniform random sample of the ids of a stream, in the memory of the sample alone: those with the
 * smallest seeded hash are kept (bottom-k sampling, Cohen and Kaplan: Summarizing data using
 * bottom-k sketches, PODC 2007). A repeated id has the same hash, so it counts once, and the order
 * of the stream does not matter.
 */
public final class SampledExamples {
  private final int capacity;
  private final long seed;
  private final TreeMap<String, Timed> byHash = new TreeMap<>();

  private record Timed(Example example, Instant time) {}

  /**
   * @param capacity examples kept at most; may be 0
   */
  public SampledExamples(int capacity, long seed) {
    this.capacity = capacity;
    this.seed = seed;
  }

  /** Counts an example; of one id the latest is kept. */
  public void add(Example example, Instant time) {
    String hash = hash(example.id());
    if (byHash.size() >= capacity && (capacity == 0 || hash.compareTo(byHash.lastKey()) > 0)) {
      return;
    }
    Timed known = byHash.get(hash);
    if (known == null || !time.isBefore(known.time())) {
      byHash.put(hash, new Timed(example, time));
    }
    if (byHash.size() > capacity) {
      byHash.pollLastEntry();
    }
  }

  /** In the order of the hash: each prefix is a sample too. */
  public List<Example> inRandomOrder() {
    return byHash.values().stream().map(Timed::example).toList();
  }

  private String hash(String id) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
      byte[] hash = digest.digest(id.getBytes(StandardCharsets.UTF_8));
      return new String(hash, StandardCharsets.ISO_8859_1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
