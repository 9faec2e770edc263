package dev.verdict.contract.avro;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.ValueReader;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads values in Avro, whatever writer's schema they have, as long as it resolves to what is read.
 * What is known of a schema is kept: of a usable one for good, since ids never change their schema;
 * of an unknown or unusable one for a short while, in which the registry is not asked again.
 */
final class AvroReader<T> implements ValueReader<T> {
  private static final int SCHEMAS = 1000;
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);
  private static final int MESSAGE = 300;

  private final SchemaRegistry registry;
  private final Shape<T> shape;

  /** By schema id, those used last; access under their own locks. */
  private final Map<Integer, Resolved> usable = new Recent<>();

  private final Map<Integer, Refused> refused = new Recent<>();

  /** A writer's schema with what reads its values. */
  private record Resolved(Schema writer, GenericDatumReader<GenericRecord> reader) {}

  /** Why values of a schema cannot be read, as of a time of the JVM's clock. */
  private record Refused(Reason reason, String message, long nanos) {
    private RejectedException rejection() {
      return new RejectedException(Stage.DECODE, reason, message);
    }
  }

  private static final class Recent<V> extends LinkedHashMap<Integer, V> {
    private static final long serialVersionUID = 1L;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
      return size() > SCHEMAS;
    }
  }

  AvroReader(SchemaRegistry registry, Shape<T> shape) {
    this.registry = registry;
    this.shape = shape;
  }

  @Override
  public T read(byte[] value) throws RejectedException {
    int id = WireFormat.schemaId(value);
    Optional<Resolved> known = known(id);
    return read(value, known.isPresent() ? known.get() : ask(id));
  }

  @Override
  public Optional<T> readAtOnce(byte[] value) throws RejectedException {
    Optional<Resolved> known = known(WireFormat.schemaId(value));
    return known.isPresent() ? Optional.of(read(value, known.get())) : Optional.empty();
  }

  private Optional<Resolved> known(int id) throws RejectedException {
    synchronized (usable) {
      Resolved resolved = usable.get(id);
      if (resolved != null) {
        return Optional.of(resolved);
      }
    }
    synchronized (refused) {
      Refused before = refused.get(id);
      if (before != null) {
        if (System.nanoTime() - before.nanos() < ASK_AGAIN.toNanos()) {
          throw before.rejection();
        }
        refused.remove(id);
      }
    }
    return Optional.empty();
  }

  private Resolved ask(int id) throws RejectedException {
    try {
      Optional<Schema> writer = registry.schema(id);
      if (writer.isEmpty()) {
        throw refuse(
            id,
            Reason.UNKNOWN_SCHEMA,
            "schema %d is not known to the registry at %s".formatted(id, registry.address()));
      }
      Resolved resolved = resolve(writer.get());
      synchronized (usable) {
        usable.put(id, resolved);
      }
      return resolved;
    } catch (UnreadableSchemaException e) {
      throw refuse(id, Reason.INCOMPATIBLE_SCHEMA, "schema %d %s".formatted(id, e.getMessage()));
    }
  }

  private RejectedException refuse(int id, Reason reason, String message) {
    Refused now = new Refused(reason, message, System.nanoTime());
    synchronized (refused) {
      refused.put(id, now);
    }
    return now.rejection();
  }

  private Resolved resolve(Schema writer) throws UnreadableSchemaException {
    if (writer.getType() != Schema.Type.RECORD) {
      throw new UnreadableSchemaException("is no record");
    }
    Schema reader = shape.reader(writer);
    for (Incompatibility each :
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
            .getResult()
            .getIncompatibilities()) {
      throw new UnreadableSchemaException(
          brief(
              "does not resolve to what Verdict reads: %s at %s of the reader's schema (%s)"
                  .formatted(
                      each.getType().name().toLowerCase(Locale.ROOT),
                      each.getLocation(),
                      each.getMessage())));
    }
    return new Resolved(writer, new GenericDatumReader<>(writer, reader));
  }

  private T read(byte[] value, Resolved resolved) throws RejectedException {
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(
                value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, null);
    try {
      GenericRecord record = resolved.reader().read(null, decoder);
      if (!decoder.isEnd()) {
        throw WireFormat.notAvro("more follows after the record");
      }
      return shape.value(record, resolved.writer());
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Bytes that are no data of their schema fail in many ways, the last one if they nest deeply.
      throw WireFormat.notAvro(
          "its data is not of schema %d (%s)"
              .formatted(WireFormat.schemaId(value), brief(String.valueOf(e.getMessage()))));
    }
  }

  private static String brief(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= MESSAGE ? line : line.substring(0, MESSAGE - 1) + "…";
  }
}
