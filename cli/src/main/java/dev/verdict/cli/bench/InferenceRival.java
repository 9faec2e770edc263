package dev.verdict.cli.bench;

import java.nio.file.Path;

/**
 * Another way to run the same weights, measured by turns with ours. Found by {@link
 * java.util.ServiceLoader}; rivals do not ship, they are of the module {@code benchmarks}.
 */
public interface InferenceRival {
  /** As a part of an id, snake_case. */
  String id();

  /** As people read it, with its version. */
  String title();

  /** Whether it computes with weights of 8 bits, and may therefore differ a little. */
  boolean isInt8();

  /**
   * Loads a checkpoint.
   *
   * @param checkpoint a folder in Hugging Face's layout
   * @param maxLength most tokens of a text
   * @param threads that may share a computation
   * @throws Exception when it cannot
   */
  RivalModel open(Path checkpoint, int maxLength, int threads) throws Exception;
}
