package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.trainer.training.TrainingResult.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GreedyChoiceTest {
  private static final List<Validation> RUNS = List.of(f1(0.70), f1(0.80), f1(0.75), f1(0.60));

  private final List<List<Integer>> tried = new ArrayList<>();

  @Test
  void someMakeTheMeanBetterThenThoseAlone() {
    Map<List<Integer>, Double> means =
        Map.of(
            List.of(1), 0.80,
            List.of(1, 2), 0.79,
            List.of(1, 0), 0.82,
            List.of(1, 0, 3), 0.83);

    assertThat(choose(means)).containsExactly(1, 0, 3);
    assertThat(tried).containsExactly(List.of(1), List.of(1, 2), List.of(1, 0), List.of(1, 0, 3));
  }

  @Test
  void noneMakesTheMeanBetterThenTheBestRunAlone() {
    assertThat(
            choose(
                Map.of(
                    List.of(1), 0.80, List.of(1, 2), 0.5, List.of(1, 0), 0.5, List.of(1, 3), 0.8)))
        .containsExactly(1);
  }

  @Test
  void allMakeTheMeanBetterThenAll() {
    assertThat(
            choose(
                Map.of(
                    List.of(1), 0.80,
                    List.of(1, 2), 0.81,
                    List.of(1, 2, 0), 0.82,
                    List.of(1, 2, 0, 3), 0.83)))
        .containsExactly(1, 2, 0, 3);
  }

  private List<Integer> choose(Map<List<Integer>, Double> means) {
    return GreedyChoice.of(
        RUNS,
        runs -> {
          tried.add(runs);
          return f1(means.get(runs));
        });
  }

  private static Validation f1(double macroF1) {
    return new Validation(1, 1, 1e-3, 0.5, 0.5, macroF1, macroF1);
  }
}
