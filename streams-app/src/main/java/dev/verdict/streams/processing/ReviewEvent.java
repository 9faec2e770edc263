package dev.verdict.streams.processing;

import dev.verdict.contract.Label;
import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import java.util.Optional;

/**
 * Something that happened to one review: it was predicted, its label came, or the challenger
 * predicted it in shadow.
 */
record ReviewEvent(
    Optional<PredictedReview> predicted, Optional<Label> label, Optional<Prediction> shadow) {
  static ReviewEvent of(PredictedReview predicted) {
    return new ReviewEvent(Optional.of(predicted), Optional.empty(), Optional.empty());
  }

  static ReviewEvent of(Label label) {
    return new ReviewEvent(Optional.empty(), Optional.of(label), Optional.empty());
  }

  static ReviewEvent ofShadow(Prediction shadow) {
    return new ReviewEvent(Optional.empty(), Optional.empty(), Optional.of(shadow));
  }
}
