package dev.verdict.streams.inference;

import dev.verdict.text.TokenizedText;
import java.util.List;
import java.util.Optional;

/**
 * A fixed text that every working version classifies. A version must pass before it serves; when a
 * review fails later, the same text tells whether the review is at fault or the model.
 */
final class Canary {
  private static final String TEXT =
      "The kettle boils in two minutes, but the lid is loose: good value, poor finish.";

  /** Of the sum of a row, far above the rounding of single precision. */
  private static final double TOLERANCE = 1e-3;

  private Canary() {}

  /** What is wrong with the model, in one clause; empty when it works. */
  static Optional<String> fault(ServingModel model) {
    try {
      List<TokenizedText> batch = model.encode(List.of(TEXT));
      return fault(model.classify(batch), model.manifest().labels().size());
    } catch (RuntimeException e) {
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static Optional<String> fault(float[][] probabilities, int classes) {
    if (probabilities.length != 1 || probabilities[0].length != classes) {
      return Optional.of("the model does not give one probability for each class");
    }
    double sum = 0;
    for (float probability : probabilities[0]) {
      // NaN fails both comparisons.
      if (!(probability >= 0 && probability <= 1)) {
        return Optional.of("the model gives the probability " + probability);
      }
      sum += probability;
    }
    return Math.abs(sum - 1) <= TOLERANCE
        ? Optional.empty()
        : Optional.of("the model's probabilities sum to " + sum);
  }
}
