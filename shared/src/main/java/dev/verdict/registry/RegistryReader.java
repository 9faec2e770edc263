package dev.verdict.registry;

import dev.verdict.config.ClientKind;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RegistryAlias;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the compacted {@code model-registry} topic from its start and follows it. One thread's;
 * only {@link #wakeUp} may be called from another.
 */
public final class RegistryReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryReader.class);

  private final String topic;
  private final String prefix;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Map<String, ModelManifest> manifests = new HashMap<>();
  private final Map<String, String> aliases = new HashMap<>();
  private long revision = -1;

  /**
   * @param kafka connection settings
   * @param topic of the registry, of one partition
   * @param model whose entries are read
   */
  public RegistryReader(Properties kafka, String topic, String model) {
    this.topic = topic;
    this.prefix = model + "/";
    Properties properties = ClientKind.CONSUMER.of(kafka);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /** The state after everything committed by now. */
  public RegistryState readToEnd() {
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    while (consumer.position(partition) < end) {
      apply(consumer.poll(Duration.ofMillis(200)));
    }
    return state();
  }

  /**
   * Waits for changes.
   *
   * @return the state, changed or not; also at once after {@link #wakeUp}
   */
  public RegistryState poll(Duration timeout) {
    try {
      apply(consumer.poll(timeout));
    } catch (WakeupException e) {
      LOG.debug("Registry reader of {} was woken up", topic);
    }
    return state();
  }

  /** Offset of the model's last entry that was read, which grows with every change; -1 for none. */
  public long revision() {
    return revision;
  }

  /** Ends a {@link #poll} that is under way; safe from any thread. */
  public void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }

  private RegistryState state() {
    return new RegistryState(manifests, aliases);
  }

  private void apply(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.key() == null) {
        LOG.warn("Ignored a registry record without a key at offset {}", record.offset());
        continue;
      }
      String key = new String(record.key(), StandardCharsets.UTF_8);
      if (key.startsWith(prefix)) {
        revision = record.offset();
        apply(key.substring(prefix.length()), record);
      }
    }
  }

  private void apply(String name, ConsumerRecord<byte[], byte[]> record) {
    try {
      if (name.startsWith("@")) {
        put(aliases, name.substring(1), read(record, RegistryAlias.class), RegistryAlias::version);
      } else {
        put(manifests, name, read(record, ModelManifest.class), Function.identity());
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "Ignored registry record {}{} at offset {}: not a registry entry",
          prefix,
          name,
          record.offset());
    }
  }

  /** Empty for a tombstone. */
  private static <T> Optional<T> read(ConsumerRecord<byte[], byte[]> record, Class<T> type)
      throws IOException {
    return record.value() == null
        ? Optional.empty()
        : Optional.of(Objects.requireNonNull(Json.read(record.value(), type), "value"));
  }

  private static <T, V> void put(
      Map<String, V> entries, String name, Optional<T> read, Function<T, V> value) {
    if (read.isEmpty()) {
      entries.remove(name);
    } else {
      entries.put(name, value.apply(read.get()));
    }
  }
}
