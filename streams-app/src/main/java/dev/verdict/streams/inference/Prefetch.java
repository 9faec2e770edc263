package dev.verdict.streams.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reviews that were polled but not yet processed, already on their way through the batcher. Only a
 * cache: a review that is not here is submitted when it is processed, and nothing here is ever
 * written anywhere but by processing, so a crash loses nothing.
 *
 * <p>It holds reviews of at most so many records and bytes; what is polled beyond is submitted when
 * it is processed.
 */
public final class Prefetch {
  private final String topic;
  private final ReviewDecoder decoder;
  private final Batcher batcher;
  private final int maxRows;
  private final long maxBytes;

  /** By partition and offset; all access under this object's lock. */
  private final Map<TopicPartition, NavigableMap<Long, Entry>> pending = new HashMap<>();

  private int rows;
  private long bytes;

  /** A review with the bytes of its record. */
  private record Entry(PendingReview review, int bytes) {}

  /**
   * @param topic of the reviews; records of others are passed over
   * @param maxRows reviews kept at most
   * @param maxBytes of their records at most
   */
  public Prefetch(
      String topic,
      ReviewDecoder decoder,
      Batcher batcher,
      int maxRows,
      long maxBytes,
      MeterRegistry registry) {
    this.topic = topic;
    this.decoder = decoder;
    this.batcher = batcher;
    this.maxRows = maxRows;
    this.maxBytes = maxBytes;
    VerdictMeter.QUEUE_BYTES.gauge(registry, this::bytes);
  }

  /** Offers a polled record; does nothing when it is no review or there is no room. */
  void polled(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || !record.topic().equals(topic)) {
      return;
    }
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    if (!hasRoom(partition, record.offset(), record.value().length)) {
      return;
    }
    Optional<Review> review;
    try {
      review = decoder.reviewAtOnce(record.value());
    } catch (RejectedException e) {
      // Processing rejects it again, there with a dead letter.
      return;
    }
    // Without one its schema must be asked for first, which polling must not wait for.
    review
        .flatMap(each -> batcher.offer(each, id(record)))
        .ifPresent(each -> add(partition, record.offset(), new Entry(each, record.value().length)));
  }

  /**
   * The prefetched review of that place, which is then forgotten here, as are those before it in
   * its partition: processing never goes back but after a rebalance, which polls them again.
   */
  public Optional<PendingReview> take(String reviewTopic, int partition, long offset) {
    Optional<Entry> taken;
    List<PendingReview> passed = new ArrayList<>();
    synchronized (this) {
      NavigableMap<Long, Entry> entries = pending.get(new TopicPartition(reviewTopic, partition));
      if (entries == null) {
        return Optional.empty();
      }
      while (!entries.isEmpty() && entries.firstKey() < offset) {
        passed.add(forget(entries.pollFirstEntry().getValue()));
      }
      taken = Optional.ofNullable(entries.remove(offset));
      taken.ifPresent(this::forget);
    }
    if (!passed.isEmpty()) {
      batcher.cancel(passed);
    }
    return taken.map(Entry::review);
  }

  /** Forgets the reviews of all other partitions, which are processed elsewhere now. */
  public void retain(Set<TopicPartition> assigned) {
    List<PendingReview> revoked = new ArrayList<>();
    synchronized (this) {
      Iterator<Map.Entry<TopicPartition, NavigableMap<Long, Entry>>> partitions =
          pending.entrySet().iterator();
      while (partitions.hasNext()) {
        Map.Entry<TopicPartition, NavigableMap<Long, Entry>> partition = partitions.next();
        if (!assigned.contains(partition.getKey())) {
          partition.getValue().values().forEach(entry -> revoked.add(forget(entry)));
          partitions.remove();
        }
      }
    }
    if (!revoked.isEmpty()) {
      batcher.cancel(revoked);
    }
  }

  synchronized int rows() {
    return rows;
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Without the record itself, whose bytes would be kept as long as the review. */
  private static Supplier<byte[]> id(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    String recordTopic = record.topic();
    int partition = record.partition();
    long offset = record.offset();
    return () ->
        key == null ? ReviewDecoder.madeUpId(recordTopic, partition, offset).getBytes(UTF_8) : key;
  }

  private synchronized boolean hasRoom(TopicPartition partition, long offset, int recordBytes) {
    NavigableMap<Long, Entry> entries = pending.get(partition);
    return rows < maxRows
        && bytes + recordBytes <= maxBytes
        && (entries == null || !entries.containsKey(offset));
  }

  private synchronized void add(TopicPartition partition, long offset, Entry entry) {
    Entry before =
        pending.computeIfAbsent(partition, each -> new TreeMap<>()).putIfAbsent(offset, entry);
    if (before == null) {
      rows++;
      bytes += entry.bytes();
    }
  }

  private PendingReview forget(Entry entry) {
    rows--;
    bytes -= entry.bytes();
    return entry.review();
  }
}
