package dev.verdict.trainer.training;

import dev.verdict.config.TrainingRecipe;
import dev.verdict.config.VocabularySettings;
import dev.verdict.model.TorchRuntime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a version came to be: contents of {@code training.json}. It never names the version itself,
 * which is made of the hash of the weights.
 *
 * @param classes in the model's order
 * @param vocabulary learned from the texts for random weights
 * @param maxLength most tokens of a review
 * @param threads that computed: another number gives other roundings
 * @param halvedBatches batches for which native memory did not suffice
 * @param skipped examples on which the tokenizer failed
 * @param libraries versions by name
 */
record TrainingReport(
    String model,
    String requestId,
    Source source,
    TrainingRecipe arguments,
    List<String> classes,
    VocabularySettings vocabulary,
    int maxLength,
    long seed,
    int threads,
    Data data,
    int steps,
    int bestStep,
    double seconds,
    double samplesPerSecond,
    int halvedBatches,
    int skipped,
    Map<String, String> libraries,
    Instant finishedAt) {

  /**
   * Checks what a run is done again by.
   *
   * @throws NullPointerException naming the field that a record of another format lacks
   */
  TrainingReport {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(arguments, "arguments");
    Objects.requireNonNull(vocabulary, "vocabulary");
    Objects.requireNonNull(data, "data");
  }

  /**
   * What training started from.
   *
   * @param recipe {@code scratch} or {@code fine-tune}
   * @param sha256 of the base's weights, or of the vocabulary for random ones
   */
  record Source(String base, String recipe, String sha256, Optional<String> parent) {}

  /**
   * What was trained on.
   *
   * @param fingerprint see {@link DataFingerprint}
   * @param offsets of the topic that the examples were read from: first and next by partition;
   *     empty where they came from files
   * @param baseExamples how many of the training examples are of {@code retrain.base.data} instead
   * @param heldOut examples of the hold-out at hand, none of them trained on
   * @param labels trainable examples by class
   */
  record Data(
      String fingerprint,
      Map<Integer, List<Long>> offsets,
      int baseExamples,
      long training,
      long validation,
      long heldOut,
      Map<String, Long> labels) {

    static Data of(TrainingPlan plan) {
      Split split = plan.split();
      return new Data(
          DataFingerprint.of(split.trainable()),
          plan.offsets(),
          plan.baseExamples(),
          split.training().size(),
          split.validation().size(),
          split.heldOut().size(),
          counts(split.trainable()));
    }

    private static Map<String, Long> counts(Stream<Example> examples) {
      return examples.collect(
          Collectors.groupingBy(Example::label, TreeMap::new, Collectors.counting()));
    }
  }

  static Map<String, String> libraryVersions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("java", Runtime.version().toString());
    versions.put("pytorch", TorchRuntime.version());
    versions.put(
        "verdict",
        Optional.ofNullable(TrainingReport.class.getPackage().getImplementationVersion())
            .orElse("development"));
    return versions;
  }
}
