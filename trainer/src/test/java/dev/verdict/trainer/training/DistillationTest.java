package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.model.NamedTensor;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.TokenizedText;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationTest {
  private final ShortRuns runs;

  DistillationTest(@TempDir Path folder) {
    this.runs = new ShortRuns(folder);
  }

  @Test
  void teachersThenOneCurveAndTheResultIsThatOfTheModel() throws IOException {
    try (BaseModel base = runs.base()) {
      TrainingResult alone = distillation(0, "alone", () -> false).run(base, runs.split);
      runs.steps.clear();
      try (BaseModel again = runs.base()) {
        TrainingResult taught = distillation(2, "taught", () -> false).run(again, runs.split);

        assertThat(taught.steps()).isEqualTo(3 * alone.steps());
        assertThat(runs.steps).extracting(Progress::step).startsWith(1, 2).endsWith(taught.steps());
        assertThat(runs.steps).extracting(Progress::steps).containsOnly(taught.steps());
        assertThat(taught.curve()).hasSize(3 * alone.curve().size());
        assertThat(taught.best().step()).isGreaterThan(2 * alone.steps());
        assertThat(taught.curve()).contains(taught.best());
        int points = alone.curve().size();
        assertThat(losses(taught.curve().subList(0, points)))
            .isNotEqualTo(losses(taught.curve().subList(points, 2 * points)))
            .isNotEqualTo(losses(alone.curve()));
        assertThat(taught.validationMatrix().macroF1()).isEqualTo(taught.best().macroF1());
        assertThat(again.model().snapshot().weights().get(0).data())
            .isNotEqualTo(base.model().snapshot().weights().get(0).data());
      }
    }
  }

  @Test
  void stoppedWhileTheModelLearnsFromItsTeachersThenItGoesOnThereToTheSameWeights()
      throws IOException {
    List<NamedTensor> whole;
    int stopAt;
    try (BaseModel base = runs.base()) {
      TrainingResult result = distillation(2, "whole", () -> false).run(base, runs.split);
      whole = base.model().snapshot().weights();
      stopAt = result.steps() / 3 * 2 + 3;
    }
    runs.steps.clear();
    try (BaseModel base = runs.base()) {
      Distillation stopped = distillation(2, "stopped", () -> runs.steps.size() == stopAt);
      assertThatThrownBy(() -> stopped.run(base, runs.split))
          .isInstanceOf(TrainingStoppedException.class);
    }
    runs.steps.clear();
    try (BaseModel base = runs.base()) {
      distillation(2, "stopped", () -> false).run(base, runs.split);

      assertThat(runs.steps.get(0).step()).isEqualTo(stopAt + 1);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(base.model().snapshot().weights().get(i).data())
            .as(whole.get(i).name())
            .isEqualTo(whole.get(i).data());
      }
    }
  }

  @Test
  void twoTeachersThenTheTargetIsTheirMeanAndTheLabel() throws IOException {
    try (BaseModel base = runs.base();
        TrainableClassifier one = base.another(1);
        TrainableClassifier two = base.another(2)) {
      List<TokenizedText> texts = base.tokenizer().encode(List.of("good", "it broke at once"));
      float[][] p = one.probabilities(texts);
      float[][] q = two.probabilities(texts);

      float[][] targets = new Teachers(List.of(one, two), 0.6).targets(texts, new int[] {1, 0});

      assertThat(p[0]).isNotEqualTo(q[0]);
      assertThat(targets[0])
          .containsExactly(
              new float[] {0.3f * p[0][0] + 0.3f * q[0][0], 0.3f * p[0][1] + 0.3f * q[0][1] + 0.4f},
              within(1e-6f));
      assertThat(targets[1])
          .containsExactly(
              new float[] {0.3f * p[1][0] + 0.3f * q[1][0] + 0.4f, 0.3f * p[1][1] + 0.3f * q[1][1]},
              within(1e-6f));
    }
  }

  @Test
  void pretrainedBaseThenEveryTeacherStartsFromItsWeights() throws IOException {
    try (BaseModel random = runs.base();
        TrainableClassifier teacher =
            new BaseModel("base", true, random.model(), random.tokenizer(), random.origin())
                .another(7)) {
      for (int i = 0; i < teacher.snapshot().weights().size(); i++) {
        assertThat(teacher.snapshot().weights().get(i).data())
            .isEqualTo(random.model().snapshot().weights().get(i).data());
      }
    }
  }

  private static List<Double> losses(List<Validation> curve) {
    return curve.stream().map(Validation::validationLoss).toList();
  }

  private Distillation distillation(int teachers, String name, BooleanSupplier stopped) {
    return new Distillation(
        runs.recipe("distillation.teachers", teachers),
        runs.limits,
        42,
        runs,
        stopped,
        runs.resumption(name));
  }
}
