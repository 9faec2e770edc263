package dev.verdict.contract;

import java.util.Locale;

/** How the values of a topic are written. */
public enum MessageFormat {
  /** A JSON object, as the JSON Schemas say. */
  JSON,

  /** The text itself, in UTF-8. */
  TEXT,

  /** Avro behind the id of its writer's schema, as Confluent's serializers write it. */
  AVRO;

  /** The name in settings. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
