package dev.verdict.drift;

/**
 * What one prediction shows without its label.
 *
 * @param predictedClass the most probable class
 * @param confidence its calibrated probability, 0 to 1
 * @param tokens that the model read, without special ones
 * @param unknownTokens those among them that stand for a word outside the vocabulary
 */
public record ReviewSignals(
    String predictedClass, double confidence, int tokens, int unknownTokens) {

  /**
   * @throws IllegalArgumentException naming the figure that cannot be
   */
  public ReviewSignals {
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("Confidence is " + confidence + ", must be from 0 to 1");
    }
    if (unknownTokens < 0 || unknownTokens > tokens) {
      throw new IllegalArgumentException(
          "Unknown tokens are %d of %d, must be from 0 to all of them"
              .formatted(unknownTokens, tokens));
    }
  }

  /** Share of unknown tokens; 0 for a text without any token. */
  public double unknownRate() {
    return tokens == 0 ? 0 : (double) unknownTokens / tokens;
  }

  double value(NumericFeature feature) {
    return switch (feature) {
      case CONFIDENCE -> confidence;
      case TEXT_LENGTH -> tokens;
      case UNKNOWN_RATE -> unknownRate();
    };
  }
}
