package dev.verdict.streams.processing;

import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import dev.verdict.drift.ReviewSignals;
import dev.verdict.streams.inference.ScoredReview;
import java.util.List;

/**
 * A prediction as it was just made, with what only the model saw of the text. What waits for a
 * label is the {@link PredictedReview} alone.
 *
 * @param tokens that the model read, without special ones
 * @param unknownTokens those among them that stand for a word outside its vocabulary
 */
record ClassifiedReview(PredictedReview predicted, int tokens, int unknownTokens) {
  static ClassifiedReview of(PredictedReview predicted, ScoredReview scored) {
    return new ClassifiedReview(predicted, scored.tokens(), scored.unknownTokens());
  }

  Prediction prediction() {
    return predicted.prediction();
  }

  /** What it shows without its label. */
  ReviewSignals signals() {
    return new ReviewSignals(
        prediction().label(), prediction().probability(), tokens, unknownTokens);
  }

  List<String> classes() {
    return List.copyOf(prediction().probabilities().keySet());
  }

  List<Double> probabilities() {
    return List.copyOf(prediction().probabilities().values());
  }

  /** Whether its probabilities can be such; those of a broken model are not. */
  boolean measurable() {
    return prediction().probabilities().values().stream().allMatch(each -> each >= 0 && each <= 1);
  }
}
