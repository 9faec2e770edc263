package dev.verdict.trainer.data;

import dev.verdict.trainer.training.Example;
import java.util.Optional;

/**
 * One row of a data file.
 *
 * @param file as it was given
 * @param line on which the row begins, from 1
 * @param id its own, or {@code <file name>:<line>}
 * @param text not blank
 * @param label not blank, without blanks around it
 * @param part that the file assigns it to
 */
public record DataRow(
    String file, long line, String id, String text, Optional<String> label, Optional<Part> part) {

  /** Where it stands, for a message. */
  String place() {
    return file + " line " + line;
  }

  /**
   * The row as a labelled review.
   *
   * @throws DataException if it has no label
   */
  public Example example() {
    return new Example(
        id, text, label.orElseThrow(() -> new DataException(place() + ": " + DataFiles.NO_LABEL)));
  }
}
