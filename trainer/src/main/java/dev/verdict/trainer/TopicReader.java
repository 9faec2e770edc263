package dev.verdict.trainer;

import dev.verdict.trainer.training.TrainingStoppedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all partitions of a topic from the start, committed records only, without a group. */
final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  TopicReader(Properties kafka, String topic) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Offsets that retention takes away while they are read must not end the reading.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    restart();
  }

  /** Begins again at the start. */
  void restart() {
    consumer.seekToBeginning(partitions);
  }

  /** What has come by now. */
  Iterable<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
    return consumer.poll(timeout);
  }

  /**
   * Reads everything committed by now.
   *
   * @throws TrainingStoppedException when it was asked to stop
   */
  void readToEnd(Consumer<ConsumerRecord<byte[], byte[]>> reader, BooleanSupplier stopped) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (stopped.getAsBoolean()) {
        throw new TrainingStoppedException();
      }
      poll(POLL).forEach(reader);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
