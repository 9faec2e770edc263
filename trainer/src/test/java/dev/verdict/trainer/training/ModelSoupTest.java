package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.batching.BatchLimits;
import dev.verdict.config.SettingsLoader;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.config.VocabularySettings;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.model.NamedTensor;
import dev.verdict.model.Preset;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSoupTest {
  private static final BatchLimits LIMITS =
      SettingsLoader.load(Optional.empty(), Map.of(), Map.of()).batchLimits();

  @TempDir private Path folder;

  private final Split split = Split.of(GeneratedReviews.of("r", 120, 11), new HoldOut(20), 20, 1);
  private final List<Progress> steps = new ArrayList<>();
  private final ProgressListener listener =
      new ProgressListener() {
        @Override
        public void stepped(Progress progress) {
          steps.add(progress);
        }

        @Override
        public void validated(Progress progress) {}
      };

  @Test
  void severalRunsThenOneCurveAndNoWorseThanTheBestOfThem() throws IOException {
    try (BaseModel base = base()) {
      TrainingResult one = soup(1, "one", () -> false).run(base.model(), base.tokenizer(), split);
      steps.clear();
      try (BaseModel again = base()) {
        TrainingResult three =
            soup(3, "three", () -> false).run(again.model(), again.tokenizer(), split);

        assertThat(three.steps()).isEqualTo(3 * one.steps());
        assertThat(steps).extracting(Progress::step).startsWith(1, 2).endsWith(three.steps());
        assertThat(steps).extracting(Progress::steps).containsOnly(three.steps());
        assertThat(three.curve()).startsWith(one.curve().toArray(new Validation[0]));
        assertThat(three.curve()).endsWith(three.best());
        assertThat(three.best().macroF1())
            .isEqualTo(three.curve().stream().mapToDouble(Validation::macroF1).max().orElseThrow())
            .isEqualTo(three.validationMatrix().macroF1());
      }
    }
  }

  @Test
  void stoppedInALaterRunThenItGoesOnThereToTheSameWeights() throws IOException {
    List<NamedTensor> whole;
    int stepsOfOne;
    try (BaseModel base = base()) {
      TrainingResult result =
          soup(3, "whole", () -> false).run(base.model(), base.tokenizer(), split);
      stepsOfOne = result.steps() / 3;
      whole = base.model().snapshot().weights();
    }
    steps.clear();
    int stopAt = stepsOfOne + 3;
    try (BaseModel base = base()) {
      ModelSoup stopped = soup(3, "stopped", () -> steps.size() == stopAt);
      assertThatThrownBy(() -> stopped.run(base.model(), base.tokenizer(), split))
          .isInstanceOf(TrainingStoppedException.class);
    }
    steps.clear();
    try (BaseModel base = base()) {
      soup(3, "stopped", () -> false).run(base.model(), base.tokenizer(), split);

      assertThat(steps.get(0).step()).isEqualTo(stopAt + 1);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(base.model().snapshot().weights().get(i).data())
            .as(whole.get(i).name())
            .isEqualTo(whole.get(i).data());
      }
    }
  }

  private ModelSoup soup(int runs, String name, BooleanSupplier stopped) {
    return new ModelSoup(
        recipe(runs),
        LIMITS,
        42,
        listener,
        stopped,
        new Resumption(folder.resolve(name + ".safetensors"), name, Duration.ofDays(1)),
        Optional.empty());
  }

  private static TrainingRecipe recipe(int runs) {
    return SettingsLoader.load(
            Optional.empty(),
            Map.of(),
            Map.of(
                "scratch.epochs", "3",
                "scratch.batch.rows", "8",
                "scratch.learning.rate", "0.0005",
                "scratch.warmup.steps", "4",
                "scratch.weight.averaging", "0.9",
                "scratch.evaluation.steps", "4",
                "scratch.soup.runs", "" + runs))
        .trainer()
        .scratch();
  }

  private BaseModel base() throws IOException {
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
