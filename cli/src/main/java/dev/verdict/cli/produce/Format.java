package dev.verdict.cli.produce;

import java.util.Locale;

/** How reviews are written in a file. */
enum Format {
  /** By the file's name; of standard input, by the first line: JSON if it begins with a brace. */
  AUTO,
  /** {@code {"text": "…", "id": "…", "label": "…", "timestamp": "…", "attributes": {…}}}. */
  JSON,
  /** The line is the text. */
  TEXT,
  /** A header, then rows separated by commas. */
  CSV,
  /** A header, then rows separated by tabs. */
  TSV;

  /** What the name of a file says, if it says anything. */
  Format of(String fileName) {
    if (this != AUTO) {
      return this;
    }
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.matches(".*\\.(jsonl|ndjson|json)")) {
      return JSON;
    }
    if (name.endsWith(".csv")) {
      return CSV;
    }
    return name.endsWith(".tsv") ? TSV : AUTO;
  }
}
