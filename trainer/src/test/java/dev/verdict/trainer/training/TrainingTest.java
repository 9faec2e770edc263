package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.batching.BatchLimits;
import dev.verdict.config.SettingsLoader;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.config.VocabularySettings;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.model.Preset;
import dev.verdict.model.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
  private static final BatchLimits LIMITS = new BatchLimits(8192, 256, Duration.ZERO);
  private static final List<String> CLASSES = List.of("negative", "positive");

  @TempDir private Path folder;

  private final Split split = Split.of(GeneratedReviews.of("r", 200, 11), new HoldOut(20), 20, 1);
  private final List<Progress> steps = new ArrayList<>();
  private final List<Progress> validations = new ArrayList<>();
  private final ProgressListener listener =
      new ProgressListener() {
        @Override
        public void stepped(Progress progress) {
          steps.add(progress);
        }

        @Override
        public void validated(Progress progress) {
          validations.add(progress);
        }
      };

  @Test
  void separableReviewsThenRandomWeightsLearnThem() throws IOException {
    TrainingResult result = run(recipe(4, 1e-3, 0), 42);

    assertThat(result.best().macroF1()).isGreaterThan(0.9);
    assertThat(result.validationMatrix().total()).isEqualTo(split.validation().size());
    assertThat(result.validationMatrix().macroF1()).isEqualTo(result.best().macroF1());
  }

  @Test
  void everyStepAndValidationThenProgressIsTold() throws IOException {
    TrainingResult result = run(recipe(2, 1e-3, 0), 42);

    int stepsOfEpoch = (split.training().size() + 7) / 8;
    assertThat(steps).extracting(Progress::step).hasSize(2 * stepsOfEpoch).isSorted();
    assertThat(steps).allMatch(progress -> progress.steps() == 2 * stepsOfEpoch);
    assertThat(validations)
        .extracting(Progress::step)
        .containsExactlyElementsOf(
            result.curve().stream().map(TrainingResult.Validation::step).toList());
    Progress last = steps.get(steps.size() - 1);
    assertThat(last.epoch()).isEqualTo(2);
    assertThat(last.eta()).isZero();
    assertThat(last.samplesPerSecond()).isPositive();
    assertThat(last.bestMacroF1()).hasValue(result.best().macroF1());
  }

  @Test
  void sameSeedThenTheSameCurveAndAnotherSeedAnother() throws IOException {
    List<TrainingResult.Validation> curve = run(recipe(1, 1e-3, 0), 42).curve();

    assertThat(run(recipe(1, 1e-3, 0), 42).curve()).isEqualTo(curve);
    assertThat(run(recipe(1, 1e-3, 0), 43).curve()).isNotEqualTo(curve);
  }

  @Test
  void bestValidationIsNotTheLastThenItsWeightsAreRestored() throws IOException {
    // A rate this high destroys what the first steps have learned.
    TrainingRecipe wild =
        recipe(
            Map.of(
                "epochs", "6",
                "learning.rate", "0.02",
                "weight.decay", "0",
                "warmup.steps", "0",
                "schedule", "constant",
                "gradient.clipping", "0"));
    try (BaseModel base = random(42)) {
      TrainingResult result =
          new Training(wild, LIMITS, 42, listener, () -> false, Optional.empty())
              .run(base.model(), base.tokenizer(), split);

      double loss =
          base.model()
              .loss(
                  base.tokenizer().encode(split.validation().stream().map(Example::text).toList()),
                  split.validation().stream()
                      .mapToInt(example -> CLASSES.indexOf(example.label()))
                      .toArray());
      assertThat(result.best().step()).isLessThan(result.steps());
      assertThat(loss)
          .isCloseTo(result.best().validationLoss(), org.assertj.core.api.Assertions.within(1e-4));
    }
  }

  @Test
  void noBetterValidationsThanPatienceThenTrainingStopsEarly() throws IOException {
    // Nothing is learned at this rate, so the first validation stays the best.
    TrainingResult result = run(recipe(50, 1e-8, 3), 42);

    assertThat(result.curve()).hasSize(4);
    assertThat(result.steps()).isEqualTo(16);
  }

  @Test
  void askedToStopThenStopsWithTheNextStep() throws IOException {
    try (BaseModel base = random(42)) {
      Training training =
          new Training(
              recipe(50, 1e-3, 0), LIMITS, 42, listener, () -> steps.size() == 3, Optional.empty());

      assertThatThrownBy(() -> training.run(base.model(), base.tokenizer(), split))
          .isInstanceOf(TrainingStoppedException.class);
      assertThat(steps).hasSize(3);
    }
  }

  @Test
  void stoppedAndTakenUpAgainThenTheSameWeightsBitForBit() throws IOException {
    TrainingRecipe recipe =
        recipe(
            Map.of(
                "epochs", "3",
                "learning.rate", "0.001",
                "schedule", "reduce_on_plateau",
                "token.dropout", "0.1",
                "weight.averaging", "0.9"));
    Snapshot whole;
    TrainingResult uninterrupted;
    try (BaseModel base = random(42)) {
      uninterrupted = training(recipe, () -> false).run(base.model(), base.tokenizer(), split);
      whole = base.model().snapshot();
    }
    for (int stopAt : List.of(1, 7, 8, 30)) {
      Path file = folder.resolve("resume-" + stopAt + ".safetensors");
      steps.clear();
      try (BaseModel base = random(42)) {
        Training first =
            new Training(
                recipe, LIMITS, 42, listener, () -> steps.size() == stopAt, resumption(file));
        assertThatThrownBy(() -> first.run(base.model(), base.tokenizer(), split))
            .isInstanceOf(TrainingStoppedException.class);
      }
      try (BaseModel base = random(42)) {
        TrainingResult resumed =
            new Training(recipe, LIMITS, 42, listener, () -> false, resumption(file))
                .run(base.model(), base.tokenizer(), split);

        assertThat(resumed.curve()).isEqualTo(uninterrupted.curve());
        for (int i = 0; i < whole.weights().size(); i++) {
          assertThat(base.model().snapshot().weights().get(i).data())
              .as("stopped at %d: %s", stopAt, whole.weights().get(i).name())
              .isEqualTo(whole.weights().get(i).data());
        }
      }
    }
  }

  @Test
  void savedStateOfAnotherRunThenTheRunBeginsAnew() throws IOException {
    Path file = folder.resolve("resume.safetensors");
    try (BaseModel base = random(42)) {
      Training stopped =
          new Training(
              recipe(3, 1e-3, 0),
              LIMITS,
              42,
              listener,
              () -> steps.size() == 5,
              Optional.of(new Resumption(file, "one", Duration.ofDays(1))));
      assertThatThrownBy(() -> stopped.run(base.model(), base.tokenizer(), split))
          .isInstanceOf(TrainingStoppedException.class);
    }
    steps.clear();
    try (BaseModel base = random(42)) {
      new Training(
              recipe(3, 1e-3, 0),
              LIMITS,
              42,
              listener,
              () -> false,
              Optional.of(new Resumption(file, "another", Duration.ofDays(1))))
          .run(base.model(), base.tokenizer(), split);
    }
    assertThat(steps.get(0).step()).isEqualTo(1);
  }

  @Test
  void headAloneThenTheEncoderIsLeftAsItWas() throws IOException {
    try (BaseModel base = random(42)) {
      Snapshot before = base.model().snapshot();
      TrainingResult result =
          training(
                  recipe(
                      Map.of(
                          "transfer",
                          "head",
                          "epochs",
                          "3",
                          "head.dropout",
                          "0",
                          "learning.rate",
                          "0.01")),
                  () -> false)
              .run(base.model(), base.tokenizer(), split);

      Snapshot after = base.model().snapshot();
      for (int i = 0; i < before.weights().size(); i++) {
        String name = before.weights().get(i).name();
        assertThat(Arrays.equals(after.weights().get(i).data(), before.weights().get(i).data()))
            .as(name)
            .isEqualTo(name.startsWith("distilbert."));
      }
      // The cached features give what the whole model gives.
      assertThat(
              base.model()
                  .loss(
                      base.tokenizer()
                          .encode(split.validation().stream().map(Example::text).toList()),
                      result.validationLabels()))
          .isCloseTo(result.best().validationLoss(), org.assertj.core.api.Assertions.within(1e-4));
    }
  }

  @Test
  void gradualThenEachEpochUnfreezesOneLayerMore() throws IOException {
    int stepsOfEpoch = (split.training().size() + 7) / 8;
    for (int epochs = 1; epochs <= 4; epochs++) {
      try (BaseModel base = random(42)) {
        Snapshot before = base.model().snapshot();
        // The last weights, not the best: every validation is the first of its run.
        training(
                recipe(
                    Map.of(
                        "transfer", "gradual",
                        "epochs", "" + epochs,
                        "evaluation.steps", "" + epochs * stepsOfEpoch)),
                () -> false)
            .run(base.model(), base.tokenizer(), split);
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < before.weights().size(); i++) {
          if (!Arrays.equals(
              base.model().snapshot().weights().get(i).data(), before.weights().get(i).data())) {
            changed.add(before.weights().get(i).name());
          }
        }
        assertThat(changed).anyMatch(name -> name.startsWith("classifier."));
        assertThat(changed.stream().anyMatch(name -> name.contains("layer.1.")))
            .isEqualTo(epochs > 1);
        assertThat(changed.stream().anyMatch(name -> name.contains("layer.0.")))
            .isEqualTo(epochs > 2);
        assertThat(changed.stream().anyMatch(name -> name.contains("embeddings.")))
            .isEqualTo(epochs > 3);
      }
    }
  }

  @Test
  void accumulatedBatchesThenFewerStepsOverTheSameExamples() throws IOException {
    TrainingResult result =
        run(
            recipe(
                Map.of(
                    "epochs",
                    "2",
                    "batch.rows",
                    "4",
                    "batch.accumulation",
                    "2",
                    "learning.rate",
                    "0.001")),
            42);

    int batchesOfEpoch = (split.training().size() + 3) / 4;
    assertThat(result.steps()).isEqualTo(2 * ((batchesOfEpoch + 1) / 2));
    assertThat(result.best().macroF1()).isGreaterThan(0.8);
  }

  @Test
  void maxStepsThenNoMore() throws IOException {
    assertThat(run(recipe(Map.of("epochs", "50", "max.steps", "13")), 42).steps()).isEqualTo(13);
  }

  @Test
  void everyRegularizationAtOnceThenItStillLearns() throws IOException {
    TrainingResult result =
        run(
            recipe(
                Map.of(
                    "epochs", "6",
                    "learning.rate", "0.001",
                    "schedule", "cosine",
                    "class.weights", "balanced",
                    "label.smoothing", "0.1",
                    "token.dropout", "0.1",
                    "weight.averaging", "0.95",
                    "layer.decay", "0.9",
                    "weight.decay.all", "true",
                    "batch.tokens", "128")),
            42);

    assertThat(result.best().macroF1()).isGreaterThan(0.9);
  }

  private Training training(TrainingRecipe recipe, BooleanSupplier stopped) {
    return new Training(recipe, LIMITS, 42, listener, stopped, Optional.empty());
  }

  private static Optional<Resumption> resumption(Path file) {
    return Optional.of(new Resumption(file, "run", Duration.ofDays(1)));
  }

  @Test
  void nothingToValidateOnThenRefused() throws IOException {
    try (BaseModel base = random(42)) {
      Training training =
          new Training(recipe(1, 1e-3, 0), LIMITS, 42, listener, () -> false, Optional.empty());
      Split empty = new Split(split.training(), List.of(), List.of());

      assertThatThrownBy(() -> training.run(base.model(), base.tokenizer(), empty))
          .hasMessageContaining("0 to validate on");
    }
  }

  private TrainingResult run(TrainingRecipe recipe, long seed) throws IOException {
    try (BaseModel base = random(seed)) {
      return new Training(recipe, LIMITS, seed, listener, () -> false, Optional.empty())
          .run(base.model(), base.tokenizer(), split);
    }
  }

  private BaseModel random(long seed) throws IOException {
    return BaseModel.random(
        Preset.TINY,
        new VocabularySettings(1000, true),
        split.training().stream().map(Example::text).toList(),
        CLASSES,
        32,
        seed,
        folder);
  }

  private static TrainingRecipe recipe(int epochs, double rate, int patience) {
    return recipe(
        Map.of("epochs", "" + epochs, "learning.rate", "" + rate, "patience", "" + patience));
  }

  private static TrainingRecipe recipe(Map<String, String> changes) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "scratch.batch.rows", "8",
                "scratch.warmup.steps", "4",
                "scratch.weight.decay", "0.01",
                "scratch.evaluation.steps", "4"));
    changes.forEach((key, value) -> settings.put("scratch." + key, value));
    return SettingsLoader.load(Optional.empty(), Map.of(), settings).trainer().scratch();
  }
}
