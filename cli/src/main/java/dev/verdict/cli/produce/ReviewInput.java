package dev.verdict.cli.produce;

import java.io.IOException;
import java.util.Optional;

/** Reviews in the order in which they are to be written. One thread's. */
interface ReviewInput extends AutoCloseable {
  /**
   * The next one as soon as it is there; empty at the end.
   *
   * @throws IOException if the input cannot be read any further
   */
  Optional<InputReview> next() throws IOException;

  @Override
  void close() throws IOException;
}
