package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.batching.BatchLimits;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.config.TrainingRecipe.Schedule;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.model.Preset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    TrainingRecipe wild = new TrainingRecipe(6, 8, 0.02, 0, 0, Schedule.CONSTANT, 4, 0.1, 0, 0);
    try (BaseModel base = random(42)) {
      TrainingResult result =
          new Training(wild, LIMITS, 42, listener, () -> false)
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
          new Training(recipe(50, 1e-3, 0), LIMITS, 42, listener, () -> steps.size() == 3);

      assertThatThrownBy(() -> training.run(base.model(), base.tokenizer(), split))
          .isInstanceOf(TrainingStoppedException.class);
      assertThat(steps).hasSize(3);
    }
  }

  @Test
  void nothingToValidateOnThenRefused() throws IOException {
    try (BaseModel base = random(42)) {
      Training training = new Training(recipe(1, 1e-3, 0), LIMITS, 42, listener, () -> false);
      Split empty = new Split(split.training(), List.of(), List.of());

      assertThatThrownBy(() -> training.run(base.model(), base.tokenizer(), empty))
          .hasMessageContaining("0 to validate on");
    }
  }

  private TrainingResult run(TrainingRecipe recipe, long seed) throws IOException {
    try (BaseModel base = random(seed)) {
      return new Training(recipe, LIMITS, seed, listener, () -> false)
          .run(base.model(), base.tokenizer(), split);
    }
  }

  private BaseModel random(long seed) throws IOException {
    return BaseModel.random(
        Preset.TINY,
        1000,
        split.training().stream().map(Example::text).toList(),
        CLASSES,
        32,
        seed,
        folder);
  }

  private static TrainingRecipe recipe(int epochs, double rate, int patience) {
    return new TrainingRecipe(epochs, 8, rate, 0.01, 4, Schedule.LINEAR, 4, 0.1, 1.0, patience);
  }
}
