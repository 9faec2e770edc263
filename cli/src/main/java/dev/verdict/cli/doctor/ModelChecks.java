package dev.verdict.cli.doctor;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.StoreLocation;
import dev.verdict.config.Settings;
import dev.verdict.contract.ModelManifest;
import dev.verdict.model.ModelException;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryState;
import dev.verdict.streams.inference.CheckpointModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether there is a champion that can serve on this machine. */
final class ModelChecks {
  private static final String CHAMPION = "champion";
  private static final String TEXT = "The kettle is quiet and boils fast, I love it.";

  private final Settings settings;

  ModelChecks(Settings settings) {
    this.settings = settings;
  }

  /** Loads the champion as an instance would, every hash checked, and asks it about a text. */
  Finding champion() {
    RegistryState state;
    try (RegistryReader reader =
        new RegistryReader(
            settings.kafkaClient(), settings.topics().modelRegistry(), settings.modelName())) {
      state = reader.readToEnd();
    }
    Optional<ModelManifest> champion = state.champion();
    if (champion.isEmpty()) {
      return Finding.warn(
          CHAMPION,
          "no version of %s serves yet".formatted(settings.modelName()),
          "run verdict trainer, and write %,d labelled reviews for the first (bootstrap.examples)"
              .formatted(settings.trainer().bootstrapExamples()));
    }
    ModelManifest manifest = champion.get();
    if (settings.checkpoints().location() instanceof StoreLocation.Folder folder
        && !Files.isDirectory(folder.path())) {
      return Finding.warn(
          CHAMPION,
          "%s was not tried: this machine has no folder %s"
              .formatted(manifest.version(), folder.path()),
          "ask where a service runs, with its checkpoints.dir (of verdict up: of its --data)");
    }
    long start = System.nanoTime();
    try (CheckpointStore store = CheckpointStore.open(settings.checkpoints());
        CheckpointModel model = CheckpointModel.load(store, manifest, settings.inference())) {
      double loaded = (System.nanoTime() - start) / 1e9;
      float[] answer = model.classify(model.encode(List.of(TEXT)))[0];
      int best = 0;
      for (int i = 1; i < answer.length; i++) {
        best = answer[i] > answer[best] ? i : best;
      }
      return Finding.ok(
          CHAMPION,
          String.format(
              Locale.ROOT,
              "%s has the hashes of the registry, loads in %.1f s and answers: %s, %.2f",
              manifest.version(),
              loaded,
              manifest.labels().get(best),
              answer[best]));
    } catch (IOException | ModelException e) {
      return Finding.fail(
          CHAMPION,
          "%s cannot serve here: %s".formatted(manifest.version(), e.getMessage()),
          "share the trainer's checkpoints.dir, or verdict rollback");
    }
  }
}
