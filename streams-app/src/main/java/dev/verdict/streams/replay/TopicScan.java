package dev.verdict.streams.replay;

import dev.verdict.config.ClientKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its start to the end that it has at the start, committed records only, without
 * a group. One thread's.
 */
public final class TopicScan implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int FETCH_WAIT_MS = 50;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> begins;
  private final Map<TopicPartition, Long> ends;

  /**
   * @param kafka connection settings
   * @param topic that is there
   */
  public TopicScan(Properties kafka, String topic) {
    Properties properties = ClientKind.CONSUMER.of(kafka);
    // Closing waits for the fetch beyond the end that is on its way.
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
    this.consumer = consumer(properties, Optional.empty(), 500);
    List<TopicPartition> partitions = partitions(consumer, topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    this.begins = consumer.beginningOffsets(partitions);
    this.ends = consumer.endOffsets(partitions);
  }

  /** A consumer of committed records that commits nothing by itself. */
  static KafkaConsumer<byte[], byte[]> consumer(
      Properties kafka, Optional<String> group, int maxPollRecords) {
    Properties properties = ClientKind.CONSUMER.of(kafka);
    group.ifPresent(id -> properties.put(ConsumerConfig.GROUP_ID_CONFIG, id));
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPollRecords);
    // Offsets that retention takes away while they are read must not end the reading.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** All partitions of a topic. */
  static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions = new ArrayList<>();
    consumer
        .partitionsFor(topic)
        .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    return partitions;
  }

  /** The first offset of each partition: more than 0 where the beginning is gone. */
  public Map<Integer, Long> begins() {
    return begins.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(each -> each.getKey().partition(), Map.Entry::getValue));
  }

  /** Offsets from start to end, those without a record included. */
  public long size() {
    return ends.entrySet().stream()
        .mapToLong(end -> end.getValue() - begins.get(end.getKey()))
        .sum();
  }

  /** How many of them have been read. */
  public long read() {
    return ends.entrySet().stream()
        .mapToLong(
            end ->
                Math.min(consumer.position(end.getKey()), end.getValue())
                    - begins.get(end.getKey()))
        .sum();
  }

  /** Hands on what each poll brings, until that says it is enough. */
  public void forEachPoll(Predicate<List<ConsumerRecord<byte[], byte[]>>> more) {
    boolean wanted = true;
    while (wanted
        && ends.entrySet().stream()
            .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : polled) {
        if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
          records.add(record);
        }
      }
      wanted = records.isEmpty() || more.test(records);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
