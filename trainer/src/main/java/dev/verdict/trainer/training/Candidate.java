package dev.verdict.trainer.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A trained and tested version that is not published.
 *
 * @param folder all files of its checkpoint but the seal
 * @param base what training started from
 * @param parent the version it was fine-tuned from, if any
 * @param labels the classes in the model's order
 * @param offsets of the topic of its examples: first and next by partition
 * @param split what it was trained, validated and tested on
 */
public record Candidate(
    Path folder,
    String base,
    Optional<String> parent,
    List<String> labels,
    Map<Integer, List<Long>> offsets,
    Split split,
    TrainingResult result,
    Gate.Result gate) {

  /** Reviews trained and validated on. */
  public long examples() {
    return split.trainable().count();
  }

  /** Next offset by partition of the topic of its examples. */
  public Map<Integer, Long> examplesThrough() {
    Map<Integer, Long> through = new TreeMap<>();
    offsets.forEach((partition, range) -> through.put(partition, range.get(1)));
    return through;
  }

  /** The run's figures for registry and decisions. */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put("validation_macro_f1", result.best().macroF1());
    figures.put("validation_loss", result.best().validationLoss());
    figures.put("holdout_macro_f1", gate.challenger().macroF1());
    gate.champion().ifPresent(matrix -> figures.put("champion_holdout_macro_f1", matrix.macroF1()));
    gate.outcome()
        .comparison()
        .ifPresent(
            found -> {
              figures.put("difference", found.difference());
              figures.put("difference_low", found.low());
              figures.put("difference_high", found.high());
              figures.put("probability_better", found.probabilityBetter());
            });
    figures.put("holdout_examples", (double) gate.challenger().total());
    figures.put("training_examples", (double) examples());
    figures.put("training_steps", (double) result.steps());
    figures.put("training_seconds", result.elapsed().toMillis() / 1e3);
    return figures;
  }
}
