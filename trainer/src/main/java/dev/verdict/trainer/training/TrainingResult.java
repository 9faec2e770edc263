package dev.verdict.trainer.training;

import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.trainer.training.Validator.Scored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a run went; the model holds the weights of the best validation.
 *
 * @param steps done
 * @param best the validation whose weights are kept
 * @param validationMatrix of the validation split with those weights
 * @param validationLogits of the validation split with those weights, shape [examples][classes]
 * @param validationLabels class of each of them
 * @param curve every validation in order
 * @param halvedBatches batches for which native memory did not suffice
 * @param skipped examples on which the tokenizer failed
 * @param elapsed wall time, validations included
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, compared nowhere.
public record TrainingResult(
    int steps,
    Validation best,
    ConfusionMatrix validationMatrix,
    float[][] validationLogits,
    int[] validationLabels,
    List<Validation> curve,
    double samplesPerSecond,
    int halvedBatches,
    int skipped,
    Duration elapsed) {

  /** The same result as the last of several runs: their curves, steps and time before its own. */
  TrainingResult after(List<TrainingResult> before) {
    List<Validation> whole = new ArrayList<>();
    int stepsBefore = 0;
    for (TrainingResult earlier : before) {
      whole.addAll(shifted(earlier.curve(), stepsBefore, epochOf(whole)));
      stepsBefore += earlier.steps();
    }
    List<Validation> own = shifted(curve, stepsBefore, epochOf(whole));
    whole.addAll(own);
    List<TrainingResult> all = Stream.concat(before.stream(), Stream.of(this)).toList();
    return new TrainingResult(
        stepsBefore + steps,
        own.get(curve.indexOf(best)),
        validationMatrix,
        validationLogits,
        validationLabels,
        List.copyOf(whole),
        all.stream()
            .mapToDouble(TrainingResult::samplesPerSecond)
            .filter(speed -> speed > 0)
            .average()
            .orElse(0),
        all.stream().mapToInt(TrainingResult::halvedBatches).sum(),
        skipped,
        all.stream().map(TrainingResult::elapsed).reduce(Duration.ZERO, Duration::plus));
  }

  /** The same runs with weights of another validation, which becomes the curve's last point. */
  TrainingResult with(Validation point, Scored scored) {
    List<Validation> longer = new ArrayList<>(curve);
    longer.add(point);
    return new TrainingResult(
        steps,
        point,
        scored.matrix(),
        scored.logits(),
        validationLabels,
        List.copyOf(longer),
        samplesPerSecond,
        halvedBatches,
        skipped,
        elapsed);
  }

  private static double epochOf(List<Validation> curve) {
    return curve.isEmpty() ? 0 : curve.get(curve.size() - 1).epoch();
  }

  /** A curve that begins after that many steps and epochs. */
  static List<Validation> shifted(List<Validation> curve, int steps, double epochs) {
    return curve.stream()
        .map(
            point ->
                new Validation(
                    steps + point.step(),
                    epochs + point.epoch(),
                    point.learningRate(),
                    point.trainingLoss(),
                    point.validationLoss(),
                    point.macroF1(),
                    point.accuracy()))
        .toList();
  }

  /**
   * One validation.
   *
   * @param epoch epochs done, in fractions
   * @param trainingLoss mean cross-entropy of the steps since the validation before, dropout on
   * @param validationLoss mean cross-entropy on the validation split, in nats
   * @param macroF1 on the validation split
   * @param accuracy on the validation split
   */
  public record Validation(
      int step,
      double epoch,
      double learningRate,
      double trainingLoss,
      double validationLoss,
      double macroF1,
      double accuracy) {

    boolean betterThan(Validation other) {
      return macroF1 > other.macroF1
          || (macroF1 == other.macroF1 && validationLoss < other.validationLoss);
    }
  }
}
