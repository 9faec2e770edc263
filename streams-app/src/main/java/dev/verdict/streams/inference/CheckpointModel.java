package dev.verdict.streams.inference;

import dev.verdict.checkpoint.CheckpointException;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.contract.ModelManifest;
import dev.verdict.model.Classifier;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.util.List;

/** A version loaded from the checkpoint store. */
public final class CheckpointModel implements ServingModel {
  private final ModelManifest manifest;
  private final Classifier classifier;

  private CheckpointModel(ModelManifest manifest, Classifier classifier) {
    this.manifest = manifest;
    this.classifier = classifier;
  }

  /**
   * Checks every hash, loads the weights and runs a first batch aside.
   *
   * @param maxLength tokens of a review that the model reads
   * @throws IOException if the checkpoint is not what the registry says
   */
  public static CheckpointModel load(CheckpointStore store, ModelManifest manifest, int maxLength)
      throws IOException {
    Classifier classifier =
        Classifier.open(
            store.verified(manifest.version(), manifest.path(), manifest.manifestSha256()),
            maxLength);
    boolean loaded = false;
    try {
      if (!classifier.labels().equals(manifest.labels())) {
        throw new CheckpointException(
            "Checkpoint %s has the classes %s, the registry says %s"
                .formatted(manifest.version(), classifier.labels(), manifest.labels()));
      }
      classifier.warmUp();
      loaded = true;
      return new CheckpointModel(manifest, classifier);
    } finally {
      if (!loaded) {
        classifier.close();
      }
    }
  }

  @Override
  public ModelManifest manifest() {
    return manifest;
  }

  @Override
  public List<TokenizedText> encode(List<String> texts) {
    return classifier.tokenizer().encode(texts);
  }

  @Override
  public float[][] classify(List<TokenizedText> batch) {
    return classifier.classify(batch);
  }

  @Override
  public void close() {
    classifier.close();
  }
}
