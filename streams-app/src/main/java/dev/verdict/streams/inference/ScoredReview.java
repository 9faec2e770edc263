package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import dev.verdict.text.TokenizedText;
import java.util.ArrayList;
import java.util.List;

/**
 * What the model says of one review.
 *
 * @param probabilities of the version's labels, in its order
 * @param truncated whether the text was longer than the model reads
 * @param tokens that the model read, without special ones
 * @param unknownTokens those among them that stand for a word outside its vocabulary
 * @param version that scored it
 */
public record ScoredReview(
    List<Float> probabilities,
    boolean truncated,
    int tokens,
    int unknownTokens,
    ModelManifest version) {

  static ScoredReview of(float[] probabilities, TokenizedText text, ModelManifest version) {
    List<Float> list = new ArrayList<>(probabilities.length);
    for (float probability : probabilities) {
      list.add(probability);
    }
    return new ScoredReview(list, text.truncated(), text.contentLength(), text.unknown(), version);
  }
}
