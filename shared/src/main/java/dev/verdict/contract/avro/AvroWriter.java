package dev.verdict.contract.avro;

import dev.verdict.contract.ValueWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Writes values in Avro with a published schema, whose id is asked for once. */
final class AvroWriter<T> implements ValueWriter<T> {
  private final byte[] header;
  private final Schema schema;
  private final BiConsumer<T, GenericRecord> fill;

  private AvroWriter(int id, Schema schema, BiConsumer<T, GenericRecord> fill) {
    this.header = WireFormat.header(id);
    this.schema = schema;
    this.fill = fill;
  }

  /**
   * A writer for a topic, whose subject is named after it.
   *
   * @param fill puts a value's fields into a record
   * @throws SchemaRegistryException if the schema is not registered and may or can not be
   */
  static <T> AvroWriter<T> of(
      SchemaRegistry registry, String topic, Schema schema, BiConsumer<T, GenericRecord> fill) {
    String subject = subject(topic);
    Optional<Integer> known = registry.find(subject, schema);
    if (known.isEmpty() && !registry.autoRegister()) {
      throw new SchemaRegistryException(
          "The schema registry at %s has not the schema %s as %s: register it, or set schema.registry.auto.register to true"
              .formatted(registry.address(), schema.getFullName(), subject));
    }
    return new AvroWriter<>(
        known.isPresent() ? known.get() : registry.register(subject, schema), schema, fill);
  }

  /** Under which the values of a topic are registered. */
  static String subject(String topic) {
    return topic + "-value";
  }

  @Override
  public byte[] write(T value) {
    GenericRecord record = new GenericData.Record(schema);
    fill.accept(value, record);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + schema.getFullName(), e);
    }
    return out.toByteArray();
  }
}
