package dev.verdict.streams.inference;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.ReviewDecoder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reviews that were polled but not yet processed, already on their way through the batcher. Only a
 * cache: a review that is not here is submitted when it is processed, and nothing here is ever
 * written anywhere but by processing, so a crash loses nothing.
 */
public final class Prefetch {
  /** Longer than a review can wait in Streams' own queues; what is older has moved elsewhere. */
  private static final long MAX_AGE_NANOS = Duration.ofMinutes(10).toNanos();

  private final String topic;
  private final ReviewDecoder decoder;
  private final Batcher batcher;
  private final int capacity;
  private final Map<Place, PendingReview> pending = new ConcurrentHashMap<>();

  private record Place(TopicPartition partition, long offset) {}

  /**
   * @param topic of the reviews; records of others are passed over
   * @param capacity reviews kept at most
   */
  public Prefetch(String topic, ReviewDecoder decoder, Batcher batcher, int capacity) {
    this.topic = topic;
    this.decoder = decoder;
    this.batcher = batcher;
    this.capacity = capacity;
  }

  /** Offers a polled record; does nothing when it is no review or there is no room. */
  void polled(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || !record.topic().equals(topic)) {
      return;
    }
    if (pending.size() >= capacity) {
      dropOld();
      if (pending.size() >= capacity) {
        return;
      }
    }
    Place place =
        new Place(new TopicPartition(record.topic(), record.partition()), record.offset());
    if (pending.containsKey(place)) {
      return;
    }
    try {
      batcher.offer(decoder.review(record.value())).ifPresent(each -> pending.put(place, each));
    } catch (RejectedException e) {
      // Processing rejects it again, there with a dead letter.
    }
  }

  /** The prefetched review of that place, which is then forgotten here. */
  public Optional<PendingReview> take(String reviewTopic, int partition, long offset) {
    return Optional.ofNullable(
        pending.remove(new Place(new TopicPartition(reviewTopic, partition), offset)));
  }

  private void dropOld() {
    long oldest = System.nanoTime() - MAX_AGE_NANOS;
    pending.values().removeIf(each -> each.arrivedNanos() - oldest < 0);
  }
}
