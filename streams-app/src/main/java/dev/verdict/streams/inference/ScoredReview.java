package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import java.util.ArrayList;
import java.util.List;

/**
 * What the model says of one review.
 *
 * @param probabilities of the version's labels, in its order
 * @param truncated whether the text was longer than the model reads
 * @param version that scored it
 */
public record ScoredReview(List<Float> probabilities, boolean truncated, ModelManifest version) {

  static ScoredReview of(float[] probabilities, boolean truncated, ModelManifest version) {
    List<Float> list = new ArrayList<>(probabilities.length);
    for (float probability : probabilities) {
      list.add(probability);
    }
    return new ScoredReview(list, truncated, version);
  }
}
