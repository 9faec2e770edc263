package dev.verdict.cli.source;

import java.util.Iterator;

/**
 * Reviews in the order in which they are to be sent, read or made one at a time. Not for use by
 * several threads at once.
 */
public interface ReviewSource extends Iterator<SourcedReview>, AutoCloseable {

  /**
   * @throws SourceException if the next review cannot be read
   */
  @Override
  boolean hasNext();

  /**
   * @throws SourceException if the next review cannot be read
   */
  @Override
  SourcedReview next();

  @Override
  void close();
}
