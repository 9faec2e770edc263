package dev.verdict.cli.offline;

import dev.verdict.batching.BatchLimits;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.CheckpointManifest;
import dev.verdict.config.SettingsException;
import dev.verdict.model.Classifier;
import dev.verdict.model.InferenceOptions;
import dev.verdict.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A checkpoint that was opened from its folder.
 *
 * @param limits what a batch may hold
 */
record OpenModel(Path folder, Classifier classifier, BatchLimits limits) implements AutoCloseable {
  private static final String VERSION = "v\\d{6,}-[0-9a-f]{8}";

  /**
   * Opens it; one that is sealed is checked first.
   *
   * @param argument that names the folder, for the message
   * @throws SettingsException if it cannot be opened
   */
  static OpenModel of(String argument, Path folder, BatchLimits limits, InferenceOptions options) {
    if (!Files.isDirectory(folder)) {
      throw new SettingsException(
          "Invalid value %s for %s: must be the folder of a checkpoint"
              .formatted(folder, argument));
    }
    try {
      if (Files.exists(folder.resolve(CheckpointManifest.NAME))) {
        CheckpointFolder.verify(folder);
      }
      return new OpenModel(folder, Classifier.open(folder, options), limits);
    } catch (IOException | ModelException e) {
      throw new SettingsException(
          "Invalid value %s for %s: %s".formatted(folder, argument, e.getMessage()));
    }
  }

  /** The version's name, where the folder is called by it as in a store. */
  Optional<String> version() {
    return Optional.ofNullable(folder.toAbsolutePath().normalize().getFileName())
        .map(Path::toString)
        .filter(name -> name.matches(VERSION));
  }

  @Override
  public void close() {
    classifier.close();
  }
}
