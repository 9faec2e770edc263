package dev.verdict.streams.processing;

import dev.verdict.contract.Decision;
import dev.verdict.contract.DriftSignals;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.RetrainRequest;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What evaluation finds: scores, and what is decided on them. */
sealed interface Finding {
  /** Goes to {@code evaluations}. */
  record Scored(Evaluation evaluation) implements Finding {}

  /** Goes to {@code drift}. */
  record Signalled(DriftSignals signals) implements Finding {}

  /** Goes to {@code retrain-requests}. */
  record Requested(RetrainRequest request) implements Finding {}

  /** Goes to {@code model-registry}; without a value it takes an entry away. */
  record Registered(ProducerRecord<byte[], byte[]> entry) implements Finding {}

  /** Goes to {@code decisions}. */
  record Decided(Decision decision) implements Finding {}
}
