package dev.verdict.cli.bench;

import dev.verdict.text.TokenizedText;
import java.util.List;

/** A model that a rival has loaded, used by one thread. */
public sealed interface RivalModel extends AutoCloseable
    permits RivalModel.OfBatches, RivalModel.OfReviews {

  /** One that takes token ids, several texts at once. */
  non-sealed interface OfBatches extends RivalModel {
    /**
     * Classifies texts, padded to the longest.
     *
     * @return shape [texts][classes], probabilities
     */
    float[][] classify(List<TokenizedText> batch) throws Exception;
  }

  /** One that takes the text of one review. */
  non-sealed interface OfReviews extends RivalModel {
    /** Probabilities of the classes, in the order of the checkpoint. */
    float[] classify(String review) throws Exception;
  }
}
