package dev.verdict.contract.avro;

import org.apache.kafka.common.KafkaException;

/**
 * The schema registry gives no answer, or refuses what it must grant: no fault of any record, which
 * may be read when the registry answers again. The message is one sentence.
 */
public final class SchemaRegistryException extends KafkaException {
  private static final long serialVersionUID = 1L;

  public SchemaRegistryException(String message) {
    super(message);
  }
}
