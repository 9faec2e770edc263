package dev.verdict.streams.inference;

import dev.verdict.contract.ModelManifest;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.text.TokenizedText;
import java.util.List;
import java.util.Optional;

/** A loaded version that can classify; several threads may, where batches run side by side. */
public interface ServingModel extends AutoCloseable {
  /** The version it is. */
  ModelManifest manifest();

  /**
   * What reviews and its predictions looked like when it was tested; empty for a version of old.
   */
  default Optional<ReferenceProfile> driftReference() {
    return Optional.empty();
  }

  /** Tokens of a batch beyond which more do not pay. */
  default int tokensAtOnce() {
    return Integer.MAX_VALUE;
  }

  /** Tokenizes with the version's own tokenizer. */
  List<TokenizedText> encode(List<String> texts);

  /**
   * Probabilities of the manifest's labels.
   *
   * @return shape (rows, classes), in the order of {@code batch}
   */
  float[][] classify(List<TokenizedText> batch);

  /** Frees the native memory. */
  @Override
  void close();
}
