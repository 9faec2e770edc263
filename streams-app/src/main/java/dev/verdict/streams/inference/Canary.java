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
      float[][] rows = model.classify(batch);
      return rows.length == 1
          ? fault(rows[0], model.manifest().labels().size())
          : Optional.of("the model does not give one row for each text");
    } catch (RuntimeException e) {
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /** The speed on the same text, its tokenizing included. */
  static double tokensPerSecond(ServingModel model) {
    long start = System.nanoTime();
    List<TokenizedText> batch = model.encode(List.of(TEXT));
    int tokens = batch.get(0).length();
    int rows = model.classify(batch).length;
    return rows * tokens / Math.max((System.nanoTime() - start) / 1e9, 1e-6);
  }

  /** What is wrong with a row of probabilities. */
  static Optional<String> fault(float[] probabilities, int classes) {
    if (probabilities.length != classes) {
      return Optional.of("the model does not give one probability for each class");
    }
    double sum = 0;
    for (float probability : probabilities) {
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
