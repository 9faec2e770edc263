package dev.verdict.cli.offline;

import java.util.Optional;

/**
 * One line of what is to be classified.
 *
 * @param number from 1
 * @param bytes that it took
 * @param id of the text, if it has one
 * @param text to classify; empty for a line that cannot be used
 * @param fault why not
 */
record InputLine(long number, int bytes, Optional<String> id, String text, Optional<String> fault) {

  static InputLine of(long number, int bytes, Optional<String> id, String text) {
    return text.isBlank()
        ? faulty(number, bytes, id, "the text is blank")
        : new InputLine(number, bytes, id, text, Optional.empty());
  }

  static InputLine faulty(long number, int bytes, Optional<String> id, String fault) {
    return new InputLine(number, bytes, id, "", Optional.of(fault));
  }
}
