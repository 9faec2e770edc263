package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.config.SettingsLoader;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.config.VocabularySettings;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.model.Preset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What tests of recipes with several runs share: few reviews, few steps, and what was told. */
final class ShortRuns implements ProgressListener {
  final BatchLimits limits =
      SettingsLoader.load(Optional.empty(), Map.of(), Map.of()).batchLimits();
  final Split split = Split.of(GeneratedReviews.of("r", 120, 11), new HoldOut(20), 20, 1);
  final List<Progress> steps = new ArrayList<>();
  private final Path folder;

  ShortRuns(Path folder) {
    this.folder = folder;
  }

  @Override
  public void stepped(Progress progress) {
    steps.add(progress);
  }

  @Override
  public void validated(Progress progress) {}

  /** A recipe of three epochs with one setting changed. */
  TrainingRecipe recipe(String key, int value) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "scratch.epochs", "3",
                "scratch.batch.rows", "8",
                "scratch.learning.rate", "0.0005",
                "scratch.warmup.steps", "4",
                "scratch.weight.averaging", "0.9",
                "scratch.evaluation.steps", "4"));
    settings.put("scratch." + key, "" + value);
    return SettingsLoader.load(Optional.empty(), Map.of(), settings).trainer().scratch();
  }

  Resumption resumption(String name) {
    return new Resumption(folder.resolve(name + ".safetensors"), name, Duration.ofDays(1));
  }

  /** The same random weights each time. */
  BaseModel base() throws IOException {
    return BaseModel.random(
        Preset.TINY,
        new VocabularySettings(1000, true),
        split.training().stream().map(Example::text).toList(),
        List.of("negative", "positive"),
        32,
        42,
        folder);
  }
}
