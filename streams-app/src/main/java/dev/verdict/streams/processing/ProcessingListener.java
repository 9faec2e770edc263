package dev.verdict.streams.processing;

import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;

/**
 * Is told what the processors of this instance do, as they do it and so before it is committed: a
 * record that is processed again after a failure is told of again. Called by stream threads, which
 * must not be kept waiting.
 */
public interface ProcessingListener {
  /**
   * A review has its prediction.
   *
   * @param id of the review, UTF-8
   */
  default void predicted(byte[] id, String text, Prediction prediction) {}

  /** A record of {@code topic} becomes a dead letter. */
  default void rejected(String topic, int partition, long offset, RejectedException fault) {}

  /** A listener that ignores everything. */
  static ProcessingListener silent() {
    return new ProcessingListener() {};
  }
}
