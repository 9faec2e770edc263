package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.model.NamedTensor;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSoupTest {
  private final ShortRuns runs;

  ModelSoupTest(@TempDir Path folder) {
    this.runs = new ShortRuns(folder);
  }

  @Test
  void severalRunsThenOneCurveAndNoWorseThanTheBestOfThem() throws IOException {
    try (BaseModel base = runs.base()) {
      TrainingResult one =
          soup(1, "one", () -> false).run(base.model(), base.tokenizer(), runs.split);
      runs.steps.clear();
      try (BaseModel again = runs.base()) {
        TrainingResult three =
            soup(3, "three", () -> false).run(again.model(), again.tokenizer(), runs.split);

        assertThat(three.steps()).isEqualTo(3 * one.steps());
        assertThat(runs.steps).extracting(Progress::step).startsWith(1, 2).endsWith(three.steps());
        assertThat(runs.steps).extracting(Progress::steps).containsOnly(three.steps());
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
    try (BaseModel base = runs.base()) {
      TrainingResult result =
          soup(3, "whole", () -> false).run(base.model(), base.tokenizer(), runs.split);
      stepsOfOne = result.steps() / 3;
      whole = base.model().snapshot().weights();
    }
    runs.steps.clear();
    int stopAt = stepsOfOne + 3;
    try (BaseModel base = runs.base()) {
      ModelSoup stopped = soup(3, "stopped", () -> runs.steps.size() == stopAt);
      assertThatThrownBy(() -> stopped.run(base.model(), base.tokenizer(), runs.split))
          .isInstanceOf(TrainingStoppedException.class);
    }
    runs.steps.clear();
    try (BaseModel base = runs.base()) {
      soup(3, "stopped", () -> false).run(base.model(), base.tokenizer(), runs.split);

      assertThat(runs.steps.get(0).step()).isEqualTo(stopAt + 1);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(base.model().snapshot().weights().get(i).data())
            .as(whole.get(i).name())
            .isEqualTo(whole.get(i).data());
      }
    }
  }

  private ModelSoup soup(int count, String name, BooleanSupplier stopped) {
    return new ModelSoup(
        runs.recipe("soup.runs", count),
        runs.limits,
        42,
        runs,
        stopped,
        runs.resumption(name),
        Optional.empty());
  }
}
