package dev.verdict.trainer;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Takes retrain requests one at a time in the trainer's consumer group. While one is answered its
 * partitions are paused but polled, so that the group does not give them to another; whoever
 * answers commits its place in the transaction of the answer.
 */
final class RetrainRequests implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private boolean busy;

  /**
   * @param sessionTimeoutMs after which another trainer takes the requests of one that is dead
   */
  RetrainRequests(Properties kafka, String topic, String group, int sessionTimeoutMs) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionTimeoutMs);
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.max(1, sessionTimeoutMs / 3));
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(
        List.of(topic),
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // A run whose partition is gone finds out when it commits.
          }

          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (busy) {
              consumer.pause(partitions);
            }
          }
        });
  }

  /**
   * A request's place, to be committed with its answer.
   *
   * @param offsets next offset to read by partition
   */
  record Position(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {}

  /** The next request; until {@link #resume} no other is taken. */
  Optional<ConsumerRecord<byte[], byte[]>> next(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
    if (records.isEmpty()) {
      return Optional.empty();
    }
    busy = true;
    consumer.pause(consumer.assignment());
    return Optional.of(records.iterator().next());
  }

  Position positionAfter(ConsumerRecord<byte[], byte[]> record) {
    return new Position(
        Map.of(
            new TopicPartition(record.topic(), record.partition()),
            new OffsetAndMetadata(record.offset() + 1)),
        consumer.groupMetadata());
  }

  /** Stays in the group while a request is answered. */
  void keepAlive() {
    if (busy && !consumer.poll(Duration.ZERO).isEmpty()) {
      throw new IllegalStateException("A paused partition of retrain requests gave a record");
    }
  }

  /** The request taken is answered. */
  void resume() {
    busy = false;
    consumer.resume(consumer.assignment());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
