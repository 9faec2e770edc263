package dev.verdict.cli.faults;

import dev.verdict.streams.replay.TopicScan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads whole topics as a {@code read_committed} consumer sees them. */
public final class TopicRecords {
  private TopicRecords() {}

  static KafkaConsumer<byte[], byte[]> consumer(Properties kafka, Collection<String> topics) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  /** Every record that is committed by now, in order within its partition. */
  public static List<ConsumerRecord<byte[], byte[]>> all(Properties kafka, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicScan scan = new TopicScan(kafka, topic)) {
      scan.forEachPoll(records::addAll);
    }
    return records;
  }

  static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  static Optional<String> key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null
        ? Optional.empty()
        : Optional.of(new String(record.key(), StandardCharsets.UTF_8));
  }
}
