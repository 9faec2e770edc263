package dev.verdict.trainer.report;

import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.MacroF1Interval;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is told of a trained version, as plain data. It never names the version itself,
 * which is made of the hash of the weights.
 *
 * @param model its name
 * @param requestId the request it answers
 * @param origin what training started from
 * @param data what it was trained on
 * @param recipe arguments by name, in the order to be shown
 * @param curve in the order of the steps
 * @param bestStep whose weights are kept
 * @param validation the split that the best step was chosen on
 * @param heldOut the reviews that no version is trained on
 * @param gate what the gate said
 * @param calibration absent if the probabilities were left as they are
 * @param surestWrong held-out reviews answered wrongly, surest first
 * @param weightsSha256 of {@code model.safetensors}, in hex
 * @param libraries versions by name
 */
public record VersionReport(
    String model,
    String requestId,
    Instant finishedAt,
    Origin origin,
    Data data,
    Map<String, String> recipe,
    List<CurvePoint> curve,
    int bestStep,
    Tested validation,
    Tested heldOut,
    Gate gate,
    Optional<Calibration> calibration,
    List<WrongExample> surestWrong,
    String weightsSha256,
    Map<String, String> libraries) {

  /**
   * What training started from.
   *
   * @param base as in the setting {@code train.base}, or the parent's version
   * @param parent the version it was fine-tuned from, if any
   */
  public record Origin(String base, String recipe, Optional<String> parent) {}

  /**
   * What a version was trained and tested on.
   *
   * @param fingerprint of the trainable reviews
   * @param training reviews that the weights were learned from
   * @param validation reviews that the best step was chosen on
   * @param heldOut reviews never trained on
   * @param labels trainable reviews by class
   * @param offsets first and next by partition of the topic that the reviews came from; empty where
   *     they came from files
   */
  public record Data(
      String fingerprint,
      long training,
      long validation,
      long heldOut,
      Map<String, Long> labels,
      Map<Integer, List<Long>> offsets) {}

  /**
   * What the version answers to one set of reviews.
   *
   * @param interval 95% of macro F1, if it was computed
   */
  public record Tested(ConfusionMatrix matrix, Optional<MacroF1Interval> interval) {}

  /**
   * What the gate said.
   *
   * @param reason with the scores
   */
  public record Gate(boolean promoted, String reason) {}
}
