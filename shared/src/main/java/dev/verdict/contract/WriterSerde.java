package dev.verdict.contract;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Kafka serde of a topic that is only written.
 *
 * @param writer of its values
 */
public record WriterSerde<T>(ValueWriter<T> writer) implements Serde<T> {
  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> value == null ? null : writer.write(value);
  }

  @Override
  public Deserializer<T> deserializer() {
    throw new UnsupportedOperationException("The topic is only written. This is a bug.");
  }
}
