package dev.verdict.streams.processing;

import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.GradedPrediction.Replaced;
import dev.verdict.contract.Label;
import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.TrainingExample;
import java.time.Instant;
import java.util.Optional;

/**
 * A review that has both its prediction and its label.
 *
 * @param replaced the earlier label of the same prediction
 * @param gradedBefore whether its id was graded before, and so may have been trained on
 */
record GradedReview(
    PredictedReview predicted,
    Label label,
    Optional<Label> replaced,
    Instant gradedAt,
    boolean gradedBefore) {

  TrainingExample trainingExample() {
    return new TrainingExample(
        predicted.text(),
        label.label(),
        predicted.prediction().label(),
        predicted.prediction().modelVersion(),
        predicted.prediction().reviewTimestamp(),
        given(label));
  }

  GradedPrediction gradedPrediction() {
    Prediction prediction = predicted.prediction();
    return new GradedPrediction(
        label.label(),
        prediction.label(),
        prediction.probability(),
        probability(label),
        prediction.modelVersion(),
        prediction.predictedAt(),
        predicted.eventTime(),
        given(label),
        predicted.attributes(),
        replaced.map(before -> new Replaced(before.label(), probability(before), given(before))));
  }

  private double probability(Label of) {
    return predicted.prediction().probabilities().getOrDefault(of.label(), 0.0);
  }

  private Instant given(Label of) {
    return of.labeledAt().orElse(gradedAt);
  }

  /** A version is only tested on what it was not trained on. */
  boolean countsInScores() {
    return !predicted.prediction().seenInTraining() && !gradedBefore;
  }
}
