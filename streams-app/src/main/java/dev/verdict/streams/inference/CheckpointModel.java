package dev.verdict.streams.inference;

import dev.verdict.checkpoint.CheckpointException;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.DriftReferenceFile;
import dev.verdict.checkpoint.OpenCheckpoint;
import dev.verdict.contract.ModelManifest;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.model.Classifier;
import dev.verdict.model.InferenceOptions;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A version loaded from the checkpoint store. */
public final class CheckpointModel implements ServingModel {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointModel.class);

  private final ModelManifest manifest;
  private final OpenCheckpoint opened;
  private final Classifier classifier;
  private final Optional<ReferenceProfile> reference;

  private CheckpointModel(
      ModelManifest manifest,
      OpenCheckpoint opened,
      Classifier classifier,
      Optional<ReferenceProfile> reference) {
    this.manifest = manifest;
    this.opened = opened;
    this.classifier = classifier;
    this.reference = reference;
  }

  /**
   * Checks every hash, loads the weights and runs a first batch aside.
   *
   * @throws IOException if the checkpoint is not what the registry says
   */
  public static CheckpointModel load(
      CheckpointStore store, ModelManifest manifest, InferenceOptions options) throws IOException {
    OpenCheckpoint opened =
        store.verified(manifest.version(), manifest.path(), manifest.manifestSha256());
    boolean loaded = false;
    try {
      CheckpointModel model = load(opened, manifest, options);
      loaded = true;
      return model;
    } finally {
      if (!loaded) {
        opened.close();
      }
    }
  }

  /** What is loaded keeps its checkpoint open, so that a restart finds it on this machine. */
  private static CheckpointModel load(
      OpenCheckpoint opened, ModelManifest manifest, InferenceOptions options) throws IOException {
    Classifier classifier = Classifier.open(opened.folder(), options);
    boolean loaded = false;
    try {
      if (!classifier.labels().equals(manifest.labels())) {
        throw new CheckpointException(
            "Checkpoint %s has the classes %s, the registry says %s"
                .formatted(manifest.version(), classifier.labels(), manifest.labels()));
      }
      classifier.warmUp();
      loaded = true;
      return new CheckpointModel(manifest, opened, classifier, reference(opened.folder()));
    } finally {
      if (!loaded) {
        classifier.close();
      }
    }
  }

  /** A version serves as well without: of another layout, its inputs are not compared. */
  private static Optional<ReferenceProfile> reference(Path folder) {
    try {
      return DriftReferenceFile.read(folder);
    } catch (IOException e) {
      LOG.warn("Reviews are not compared with a reference: {}", e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public ModelManifest manifest() {
    return manifest;
  }

  @Override
  public Optional<ReferenceProfile> driftReference() {
    return reference;
  }

  @Override
  public int tokensAtOnce() {
    return classifier.tokensAtOnce();
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
    opened.close();
  }
}
