package dev.verdict.trainer.data;

import java.util.Optional;

/** The fields of one row, whatever the file's format. */
public interface Fields {

  /**
   * A field as text; empty if the row has none.
   *
   * @throws DataException if it is something else than text
   */
  Optional<String> text(String name);

  /**
   * A field as text, a number as it is written; empty if the row has none.
   *
   * @throws DataException if it is something else
   */
  Optional<String> textOrNumber(String name);
}
