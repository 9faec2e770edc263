package dev.verdict.cli.tail;

import dev.verdict.config.ClientKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows a topic from where it is told to, committed records only, without a group. One thread's.
 */
public final class TopicFollower implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int FETCH_WAIT_MS = 100;

  /** By how much more is read where markers and compaction have left too few records. */
  private static final int WIDER = 8;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  /**
   * Stands at the end.
   *
   * @param kafka connection settings
   * @param topic that is there
   */
  public TopicFollower(Properties kafka, String topic) {
    Properties properties = ClientKind.CONSUMER.of(kafka);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // Closing waits for the fetch beyond the end that is on its way.
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
    // Offsets that retention takes away while they are read must not end the reading.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    seek(ends());
  }

  /** Goes to the oldest record that is kept. */
  public void toBeginning() {
    seek(consumer.beginningOffsets(partitions));
  }

  /** Goes, in each partition, to the first record of that time or later. */
  public void to(Instant time) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(each -> times.put(each, time.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    Map<TopicPartition, Long> offsets = new HashMap<>(ends());
    found.forEach(
        (partition, first) -> {
          if (first != null) {
            offsets.put(partition, first.offset());
          }
        });
    seek(offsets);
  }

  /**
   * The last records by time, of all partitions together. What comes after them is next.
   *
   * @param count at most
   */
  public List<ConsumerRecord<byte[], byte[]>> last(int count) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = ends();
    Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> kept = new HashMap<>();
    Set<TopicPartition> open =
        partitions.stream()
            .filter(each -> begins.get(each) < ends.get(each))
            .collect(Collectors.toCollection(HashSet::new));
    for (long span = count; !open.isEmpty() && count > 0; span *= WIDER) {
      Map<TopicPartition, Long> starts = new HashMap<>();
      for (TopicPartition each : open) {
        starts.put(each, Math.max(begins.get(each), ends.get(each) - span));
        kept.put(each, new ArrayDeque<>());
      }
      consumer.assign(open);
      seek(starts);
      while (!reached(ends)) {
        for (ConsumerRecord<byte[], byte[]> record : poll(POLL)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.get(partition)) {
            Deque<ConsumerRecord<byte[], byte[]>> last = kept.get(partition);
            last.add(record);
            if (last.size() > count) {
              last.remove();
            }
          }
        }
      }
      open.removeIf(
          each ->
              kept.get(each).size() >= count || starts.get(each).longValue() == begins.get(each));
    }
    consumer.assign(partitions);
    seek(ends);
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    kept.values().forEach(all::addAll);
    all.sort(
        Comparator.<ConsumerRecord<byte[], byte[]>>comparingLong(ConsumerRecord::timestamp)
            .thenComparingInt(ConsumerRecord::partition)
            .thenComparingLong(ConsumerRecord::offset));
    return List.copyOf(all.subList(Math.max(0, all.size() - count), all.size()));
  }

  /** The next offset of each partition, of committed records, by now. */
  public Map<TopicPartition, Long> ends() {
    return consumer.endOffsets(partitions);
  }

  /** Whether everything before these offsets has been read, of the partitions that are read. */
  public boolean reached(Map<TopicPartition, Long> ends) {
    return consumer.assignment().stream()
        .allMatch(each -> consumer.position(each) >= ends.get(each));
  }

  /** What has come; waits no longer than that. */
  public List<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    consumer.poll(timeout).forEach(records::add);
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void seek(Map<TopicPartition, Long> offsets) {
    offsets.forEach(consumer::seek);
  }
}
