package dev.verdict.contract.avro;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.ReviewFields;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Reviews: a text, and perhaps a timestamp and attributes, each of which may be null.
 *
 * @param textField the field that holds the text
 */
record ReviewShape(String textField) implements Shape<ReviewFields> {
  @Override
  public Schema reader(Schema writer) throws UnreadableSchemaException {
    if (writer.getField(textField) == null) {
      throw new UnreadableSchemaException(
          "has no field %s (reviews.text.field)".formatted(textField));
    }
    Fields.unit(writer, "timestamp");
    return Fields.named(writer)
        .name(textField)
        .type(Fields.OPTIONAL_TEXT)
        .noDefault()
        .name("timestamp")
        .type(Fields.OPTIONAL_TIME)
        .withDefault(null)
        .name("attributes")
        .type(Fields.OPTIONAL_TEXTS)
        .withDefault(null)
        .endRecord();
  }

  @Override
  public ReviewFields value(GenericRecord record, Schema writer) throws RejectedException {
    return new ReviewFields(
        Fields.text(record, textField),
        Fields.time(record, "timestamp", writer),
        Fields.texts(record, "attributes"));
  }
}
