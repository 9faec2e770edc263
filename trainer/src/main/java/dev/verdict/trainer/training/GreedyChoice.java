package dev.verdict.trainer.training;

import dev.verdict.trainer.training.TrainingResult.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Which runs make a soup: from the best run on, each is added if the mean then validates better
 * (Wortsman et al., arXiv:2203.05482, recipe 1).
 */
final class GreedyChoice {
  private GreedyChoice() {}

  /**
   * Chooses.
   *
   * @param runs the validation of each
   * @param mean validates the mean of the runs of these indexes
   * @return indexes, the best run first; at least that one
   */
  static List<Integer> of(List<Validation> runs, Function<List<Integer>, Validation> mean) {
    List<Integer> chosen = new ArrayList<>();
    Optional<Validation> reached = Optional.empty();
    for (int index : bestFirst(runs)) {
      chosen.add(index);
      Validation now = mean.apply(List.copyOf(chosen));
      if (reached.stream().allMatch(now::betterThan)) {
        reached = Optional.of(now);
      } else {
        chosen.remove(chosen.size() - 1);
      }
    }
    return chosen;
  }

  private static List<Integer> bestFirst(List<Validation> runs) {
    return IntStream.range(0, runs.size())
        .boxed()
        .sorted(
            (one, other) ->
                runs.get(one).betterThan(runs.get(other))
                    ? -1
                    : runs.get(other).betterThan(runs.get(one)) ? 1 : 0)
        .toList();
  }
}
