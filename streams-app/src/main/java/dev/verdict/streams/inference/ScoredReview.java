package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import java.util.List;

/**
 * What the model says of one review.
 *
 * @param probabilities of the version's labels, in its order
 * @param truncated whether the text was longer than the model reads
 * @param version that scored it
 */
public record ScoredReview(List<Float> probabilities, boolean truncated, ModelManifest version) {}
