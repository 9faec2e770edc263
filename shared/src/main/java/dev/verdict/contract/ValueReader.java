package dev.verdict.contract;

import java.util.Optional;

/** Reads the values of one topic. */
public interface ValueReader<T> {
  /**
   * Reads a value, and waits for what it takes.
   *
   * @throws RejectedException if it breaks its contract
   * @throws dev.verdict.contract.avro.SchemaRegistryException if nobody can say now: the same value
   *     may be read later
   */
  T read(byte[] value) throws RejectedException;

  /** Reads a value if that needs no waiting. */
  default Optional<T> readAtOnce(byte[] value) throws RejectedException {
    return Optional.of(read(value));
  }
}
