package dev.verdict.streams.replay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Looks up single records of the topics that letters came from. */
final class SourceRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Integer> partitions = new HashMap<>();

  SourceRecords(Properties kafka) {
    this.consumer = TopicScan.consumer(kafka, Optional.empty(), 1);
  }

  /** Whether the topic is there and has that partition. */
  boolean hasPartition(RecordPlace place) {
    return place.partition()
        < partitions.computeIfAbsent(
            place.topic(), topic -> TopicScan.partitions(consumer, topic).size());
  }

  /** The record at that place, in a partition that exists; empty if it is not kept any more. */
  Optional<ConsumerRecord<byte[], byte[]>> at(RecordPlace place) {
    TopicPartition partition = place.topicPartition();
    consumer.assign(List.of(partition));
    if (place.offset() < consumer.beginningOffsets(List.of(partition)).get(partition)
        || place.offset() >= consumer.endOffsets(List.of(partition)).get(partition)) {
      return Optional.empty();
    }
    consumer.seek(partition, place.offset());
    while (consumer.position(partition) <= place.offset()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() == place.offset()) {
          return Optional.of(record);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
