package dev.verdict.contract.avro;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.StrictUtf8;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaBuilder.FieldAssembler;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/** Fields of records, into and out of Avro. */
final class Fields {
  static final Schema OPTIONAL_TEXT =
      Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING));
  static final Schema OPTIONAL_TIME =
      Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.LONG));
  static final Schema OPTIONAL_TEXTS =
      Schema.createUnion(
          Schema.create(Schema.Type.NULL), SchemaBuilder.map().values(OPTIONAL_TEXT));

  private Fields() {}

  /** A reader's schema of the writer's name. */
  static FieldAssembler<Schema> named(Schema writer) {
    return SchemaBuilder.record(writer.getName()).namespace(writer.getNamespace()).fields();
  }

  /** Text of a field, if it is there and not null. */
  static Optional<String> text(GenericRecord record, String field) throws RejectedException {
    Object value = record.get(field);
    return value == null ? Optional.empty() : Optional.of(text(value, field));
  }

  /** Texts by name, without those that are null. */
  static Map<String, String> texts(GenericRecord record, String field) throws RejectedException {
    Map<String, String> texts = new LinkedHashMap<>();
    if (record.get(field) instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> each : map.entrySet()) {
        if (each.getValue() != null) {
          texts.put(text(each.getKey(), field), text(each.getValue(), field));
        }
      }
    }
    return Map.copyOf(texts);
  }

  /** Avro's own conversion would put another character in the place of a broken one. */
  private static String text(Object value, String field) throws RejectedException {
    return value instanceof Utf8 utf8
        ? StrictUtf8.decode(ByteBuffer.wrap(utf8.getBytes(), 0, utf8.getByteLength()), field)
        : value.toString();
  }

  /**
   * A time, if it is there and not null.
   *
   * @param writer whose schema says what is counted
   */
  static Optional<Instant> time(GenericRecord record, String field, Schema writer)
      throws RejectedException {
    if (!(record.get(field) instanceof Long value)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.EPOCH.plus(value, unit(writer, field)));
    } catch (DateTimeException | ArithmeticException | UnreadableSchemaException e) {
      throw new RejectedException(
          Stage.DECODE, Reason.INVALID_FIELD, "%s is %d, which is no time".formatted(field, value));
    }
  }

  /**
   * What a time counts since 1970; resolution itself does not look at it.
   *
   * @throws UnreadableSchemaException if it is something else, such as a local time
   */
  static ChronoUnit unit(Schema writer, String field) throws UnreadableSchemaException {
    Schema.Field written = writer.getField(field);
    if (written == null) {
      return ChronoUnit.MILLIS;
    }
    for (Schema type : branches(written.schema())) {
      LogicalType logical = type.getLogicalType();
      if (type.getType() == Schema.Type.LONG && logical != null) {
        if (logical instanceof LogicalTypes.TimestampMicros) {
          return ChronoUnit.MICROS;
        }
        if (logical instanceof LogicalTypes.TimestampNanos) {
          return ChronoUnit.NANOS;
        }
        if (!(logical instanceof LogicalTypes.TimestampMillis)) {
          throw new UnreadableSchemaException(
              "has %s as %s, must be timestamp-millis, timestamp-micros or timestamp-nanos"
                  .formatted(field, logical.getName()));
        }
      }
    }
    return ChronoUnit.MILLIS;
  }

  /** The types of a union, or the one type of anything else. */
  static Iterable<Schema> branches(Schema schema) {
    return schema.isUnion() ? schema.getTypes() : List.of(schema);
  }
}
