package dev.verdict.trainer.training;

import dev.verdict.config.TrainingRecipe;
import dev.verdict.model.TorchRuntime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a version came to be: contents of {@code training.json}. It never names the version itself,
 * which is made of the hash of the weights.
 *
 * @param maxLength most tokens of a review
 * @param libraries versions by name
 */
record TrainingReport(
    String model,
    String requestId,
    Source source,
    TrainingRecipe arguments,
    int maxLength,
    long seed,
    Data data,
    int steps,
    int bestStep,
    double seconds,
    double samplesPerSecond,
    Map<String, String> libraries,
    Instant finishedAt) {

  /**
   * What training started from.
   *
   * @param recipe {@code scratch} or {@code fine-tune}
   */
  record Source(String base, String recipe, Optional<String> parent) {}

  /**
   * What was trained on.
   *
   * @param fingerprint see {@link DataFingerprint}
   * @param heldOut examples of the hold-out at hand, none of them trained on
   * @param labels trainable examples by class
   */
  record Data(
      String fingerprint, long training, long validation, long heldOut, Map<String, Long> labels) {

    static Data of(Split split) {
      return new Data(
          DataFingerprint.of(split.trainable()),
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
