package dev.verdict.streams.processing;

import dev.verdict.contract.Prediction;
import org.apache.kafka.common.utils.Bytes;

/**
 * What becomes of a record that was read: a result, or a dead letter. Of a review also, some time
 * after its result, what the challenger says of it.
 */
public sealed interface Outcome<T> {

  /** It was understood. */
  record Accepted<T>(T result) implements Outcome<T> {}

  /** It was not: its value bytes untouched, the reason in the record's headers. */
  record Rejected<T>(Bytes value) implements Outcome<T> {}

  /** A challenger's prediction of a review that was answered before. */
  record Shadowed<T>(Prediction prediction) implements Outcome<T> {}

  /** Whether it was understood. */
  default boolean accepted() {
    return this instanceof Accepted;
  }

  /** Whether it was not understood. */
  default boolean rejected() {
    return this instanceof Rejected;
  }

  /** Whether it is a challenger's. */
  default boolean shadowed() {
    return this instanceof Shadowed;
  }

  /** The challenger's prediction. */
  default Prediction shadow() {
    if (this instanceof Shadowed<T> shadowed) {
      return shadowed.prediction;
    }
    throw new IllegalStateException("There is no challenger's prediction. This is a bug.");
  }

  /** The result of an accepted record. */
  default T result() {
    if (this instanceof Accepted<T> accepted) {
      return accepted.result;
    }
    throw new IllegalStateException("The record has no result. This is a bug.");
  }

  /** The value bytes of a rejected record. */
  default byte[] rejectedValue() {
    if (this instanceof Rejected<T> rejected) {
      return rejected.value.get();
    }
    throw new IllegalStateException("The record is no dead letter. This is a bug.");
  }
}
