package dev.verdict.streams.processing;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.RetrainRequest;

/** What evaluation finds: scores, and now and then a request to retrain with its decision. */
sealed interface Finding {
  /** Goes to {@code evaluations}. */
  record Scored(Evaluation evaluation) implements Finding {}

  /** Goes to {@code retrain-requests}. */
  record Requested(RetrainRequest request) implements Finding {}

  /** Goes to {@code decisions}. */
  record Decided(Decision decision) implements Finding {}
}
