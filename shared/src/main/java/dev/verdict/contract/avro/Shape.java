package dev.verdict.contract.avro;

import dev.verdict.contract.RejectedException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** What is read of a writer's records: Avro's schema resolution leaves out the rest. */
interface Shape<T> {
  /**
   * The reader's schema for a writer's, whose name it takes.
   *
   * @param writer a record
   * @throws UnreadableSchemaException if a field cannot mean what it must
   */
  Schema reader(Schema writer) throws UnreadableSchemaException;

  /** The value in a record of the reader's schema. */
  T value(GenericRecord record, Schema writer) throws RejectedException;
}
