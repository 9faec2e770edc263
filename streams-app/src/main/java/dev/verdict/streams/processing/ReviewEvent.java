package dev.verdict.streams.processing;

import dev.verdict.contract.Label;
import dev.verdict.contract.PredictedReview;
import java.util.Optional;

/** Something that happened to one review: it was predicted, or its label came. */
record ReviewEvent(Optional<PredictedReview> predicted, Optional<Label> label) {
  static ReviewEvent of(PredictedReview predicted) {
    return new ReviewEvent(Optional.of(predicted), Optional.empty());
  }

  static ReviewEvent of(Label label) {
    return new ReviewEvent(Optional.empty(), Optional.of(label));
  }
}
