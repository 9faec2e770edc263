package dev.verdict.cli;

import dev.verdict.config.Settings;
import dev.verdict.contract.Json;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Topics;
import dev.verdict.contract.ValueReader;
import dev.verdict.contract.avro.SchemaRegistryException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Values of topics that may be Avro or plain text, as JSON for people and their tools. */
public final class ReadableValues {
  private final Map<String, ValueReader<?>> readers = new HashMap<>();
  private boolean registrySilent;

  public ReadableValues(Settings settings) {
    Topics topics = settings.topics();
    readers.put(topics.reviews(), settings.formats().reviews());
    readers.put(topics.labels(), settings.formats().labels());
    readers.put(topics.predictions(), settings.formats().predictions());
    readers.put(topics.shadowPredictions(), settings.formats().predictions());
  }

  /**
   * A value of that topic as JSON.
   *
   * @return empty where it is another topic's, breaks its contract, or needs a schema registry that
   *     gives no answer
   */
  public Optional<byte[]> json(String topic, byte[] value) {
    ValueReader<?> reader = readers.get(topic);
    if (reader == null) {
      return Optional.empty();
    }
    try {
      Optional<?> read =
          registrySilent ? reader.readAtOnce(value) : Optional.of(reader.read(value));
      return read.map(Json::write);
    } catch (RejectedException e) {
      return Optional.empty();
    } catch (SchemaRegistryException e) {
      // Once is long enough to wait.
      registrySilent = true;
      return Optional.empty();
    }
  }

  /** The record with its value as JSON, or as it is where that cannot be. */
  public ConsumerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return record;
    }
    return json(record.topic(), record.value())
        .map(
            value ->
                new ConsumerRecord<>(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.timestamp(),
                    record.timestampType(),
                    record.serializedKeySize(),
                    record.serializedValueSize(),
                    record.key(),
                    value,
                    record.headers(),
                    record.leaderEpoch()))
        .orElse(record);
  }
}
