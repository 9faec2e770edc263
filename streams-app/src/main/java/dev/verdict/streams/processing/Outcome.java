package dev.verdict.streams.processing;

import org.apache.kafka.common.utils.Bytes;

/** What becomes of a record that was read: a result, or a dead letter. */
public sealed interface Outcome<T> {

  /** It was understood. */
  record Accepted<T>(T result) implements Outcome<T> {}

  /** It was not: its value bytes untouched, the reason in the record's headers. */
  record Rejected<T>(Bytes value) implements Outcome<T> {}

  /** Whether it was understood. */
  default boolean accepted() {
    return this instanceof Accepted;
  }

  /** The result of an accepted record. */
  default T result() {
    if (this instanceof Accepted<T> accepted) {
      return accepted.result;
    }
    throw new IllegalStateException("A rejected record has no result. This is a bug.");
  }

  /** The value bytes of a rejected record. */
  default byte[] rejectedValue() {
    if (this instanceof Rejected<T> rejected) {
      return rejected.value.get();
    }
    throw new IllegalStateException("An accepted record is no dead letter. This is a bug.");
  }
}
