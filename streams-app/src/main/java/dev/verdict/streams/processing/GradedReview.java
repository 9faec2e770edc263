package dev.verdict.streams.processing;

import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Label;
import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.TrainingExample;
import java.time.Instant;

/**
 * A review that has both its prediction and its label.
 *
 * @param gradedBefore whether its id was graded before, and so may have been trained on
 */
record GradedReview(
    PredictedReview predicted, Label label, Instant gradedAt, boolean gradedBefore) {

  TrainingExample trainingExample() {
    return new TrainingExample(
        predicted.text(),
        label.label(),
        predicted.prediction().label(),
        predicted.prediction().modelVersion(),
        predicted.prediction().reviewTimestamp(),
        label.labeledAt().orElse(gradedAt));
  }

  GradedPrediction gradedPrediction() {
    return new GradedPrediction(
        label.label(),
        predicted.prediction().label(),
        predicted.prediction().modelVersion(),
        predicted.prediction().reviewTimestamp());
  }

  /** A version is only tested on what it was not trained on. */
  boolean countsInScores() {
    return !predicted.prediction().seenInTraining() && !gradedBefore;
  }
}
