package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verdict.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All committed records of a topic, each read once however often they are asked for. */
final class TopicTail<V> implements AutoCloseable {
  private final Class<V> type;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final List<Read<V>> read = new ArrayList<>();

  /** A record. */
  record Read<V>(String key, V value, long offset) {}

  TopicTail(Properties kafka, String topic, Class<V> type) {
    this.type = type;
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put("isolation.level", "read_committed");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Everything committed by now; in order within a partition. */
  List<Read<V>> records() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
      consumer
          .poll(Duration.ofMillis(200))
          .forEach(
              record ->
                  read.add(
                      new Read<>(
                          new String(record.key(), UTF_8),
                          value(record.value()),
                          record.offset())));
    }
    return List.copyOf(read);
  }

  List<V> values() {
    return records().stream().map(Read::value).toList();
  }

  /** The last value of each key. */
  Map<String, V> latest() {
    Map<String, V> latest = new LinkedHashMap<>();
    records().forEach(each -> latest.put(each.key(), each.value()));
    return latest;
  }

  private V value(byte[] json) {
    try {
      return Json.read(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
