package dev.verdict.contract;

/** Writes the values of one topic. */
@FunctionalInterface
public interface ValueWriter<T> {
  /** The value's bytes. */
  byte[] write(T value);
}
