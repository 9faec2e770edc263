package dev.verdict.contract.avro;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;

/** The Avro schemas of Verdict, as files beside the JSON Schemas. */
public enum PublishedSchema {
  REVIEWS("reviews"),
  LABELS("labels"),
  PREDICTIONS("predictions");

  private final String file;

  PublishedSchema(String file) {
    this.file = file;
  }

  /** The schema, read anew. */
  public Schema load() {
    String path = "/dev/verdict/schemas/" + file + ".avsc";
    try (InputStream in = PublishedSchema.class.getResourceAsStream(path)) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }
}
