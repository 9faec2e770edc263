package dev.verdict.trainer.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one run shall do.
 *
 * @param model name in the registry
 * @param requestId the request it answers
 * @param base {@code champion}, or a base as in the setting {@code train.base}
 * @param champion the version to beat, if there is one
 * @param classes in the model's order; empty for those of the trainable examples, sorted
 * @param split what to train, validate and compare on
 * @param offsets of the topic that the examples were read from: first and next by partition; empty
 *     where they came from elsewhere
 * @param baseExamples how many of the training part are not from the topic but from files of the
 *     base
 * @param seed of order, weights and dropout
 */
public record TrainingPlan(
    String model,
    String requestId,
    String base,
    Optional<Champion> champion,
    List<String> classes,
    Split split,
    Map<Integer, List<Long>> offsets,
    int baseExamples,
    long seed) {

  public TrainingPlan {
    classes =
        classes.isEmpty()
            ? split.trainable().map(Example::label).distinct().sorted().toList()
            : List.copyOf(classes);
  }

  /**
   * A published version.
   *
   * @param folder its checkpoint, already verified
   */
  public record Champion(String version, Path folder) {}

  /** The champion, where training starts from it. */
  Optional<Champion> parent() {
    return base.equals("champion") ? champion : Optional.empty();
  }
}
