package dev.verdict.contract.avro;

import dev.verdict.contract.LabelFields;
import dev.verdict.contract.RejectedException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Labels: a class, as text or as a symbol of the writer's own enum, and perhaps when and by whom.
 *
 * @param labelField the field that holds the class
 */
record LabelShape(String labelField) implements Shape<LabelFields> {
  @Override
  public Schema reader(Schema writer) throws UnreadableSchemaException {
    Schema.Field label = writer.getField(labelField);
    if (label == null) {
      throw new UnreadableSchemaException(
          "has no field %s (labels.label.field)".formatted(labelField));
    }
    Fields.unit(writer, "labeled_at");
    return Fields.named(writer)
        .name(labelField)
        .type(symbols(label.schema()) ? label.schema() : Fields.OPTIONAL_TEXT)
        .noDefault()
        .name("labeled_at")
        .type(Fields.OPTIONAL_TIME)
        .withDefault(null)
        .name("source")
        .type(Fields.OPTIONAL_TEXT)
        .withDefault(null)
        .endRecord();
  }

  /** Whether it is an enum, or one that may be null; Avro itself makes no text of an enum. */
  private static boolean symbols(Schema schema) {
    boolean found = false;
    for (Schema type : Fields.branches(schema)) {
      found |= type.getType() == Schema.Type.ENUM;
      if (type.getType() != Schema.Type.ENUM && type.getType() != Schema.Type.NULL) {
        return false;
      }
    }
    return found;
  }

  @Override
  public LabelFields value(GenericRecord record, Schema writer) throws RejectedException {
    return new LabelFields(
        Fields.text(record, labelField),
        Fields.time(record, "labeled_at", writer),
        Fields.text(record, "source"));
  }
}
