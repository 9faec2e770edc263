package dev.verdict.cli.offline;

/** How texts are written in lines. */
enum InputFormat {
  /** By the first line that is not blank: JSON if it begins with a brace. */
  AUTO,
  /** {@code {"text": "…", "id": "…"}}, the id may be absent. */
  JSON,
  /** The line is the text. */
  TEXT
}
