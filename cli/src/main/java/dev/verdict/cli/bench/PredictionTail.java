package dev.verdict.cli.bench;

import dev.verdict.config.ClientKind;
import dev.verdict.config.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what is committed of the predictions of an app, from now on. */
final class PredictionTail implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(100);

  /** Nothing in the app waits so long. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private long answeredNanos = System.nanoTime();

  PredictionTail(Settings settings) {
    Properties properties = ClientKind.CONSUMER.of(settings.kafkaClient());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(settings.topics().predictions()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /**
   * What has become visible; waits a little when nothing has.
   *
   * @throws IllegalStateException if nothing has for long
   */
  ConsumerRecords<byte[], byte[]> poll() {
    return poll(WAIT);
  }

  /** As {@link #poll()}, with a wait of its own. */
  ConsumerRecords<byte[], byte[]> poll(Duration wait) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
    long now = System.nanoTime();
    if (!records.isEmpty()) {
      answeredNanos = now;
    } else if (now - answeredNanos > PATIENCE.toNanos()) {
      throw new IllegalStateException("No prediction for " + PATIENCE.toSeconds() + " s");
    }
    return records;
  }

  /** Forgets how long nothing was asked for. */
  void expect() {
    answeredNanos = System.nanoTime();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
