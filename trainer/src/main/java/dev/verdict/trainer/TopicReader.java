package dev.verdict.trainer;

import dev.verdict.config.ClientKind;
import dev.verdict.trainer.training.TrainingStoppedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
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
    Properties properties = ClientKind.CONSUMER.of(kafka);
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
    readTo(ends(), reader, stopped);
  }

  /** The next offset of each partition by now. */
  Map<Integer, Long> ends() {
    return byPartition(consumer.endOffsets(partitions));
  }

  /** The first offset of each partition that retention has left. */
  Map<Integer, Long> beginnings() {
    return byPartition(consumer.beginningOffsets(partitions));
  }

  /**
   * Reads what is before given offsets.
   *
   * @param ends next offset by partition; of others nothing is read
   * @throws TrainingStoppedException when it was asked to stop
   */
  void readTo(
      Map<Integer, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> reader,
      BooleanSupplier stopped) {
    while (partitions.stream()
        .anyMatch(
            partition ->
                consumer.position(partition) < ends.getOrDefault(partition.partition(), 0L))) {
      if (stopped.getAsBoolean()) {
        throw new TrainingStoppedException();
      }
      for (ConsumerRecord<byte[], byte[]> record : poll(POLL)) {
        if (record.offset() < ends.getOrDefault(record.partition(), 0L)) {
          reader.accept(record);
        }
      }
    }
  }

  private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> byPartition = new TreeMap<>();
    offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
    return byPartition;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
