package dev.verdict.trainer.training;

import dev.verdict.evaluation.ConfusionMatrix;
import java.time.Duration;
import java.util.List;

/**
 * How a run went; the model holds the weights of the best validation.
 *
 * @param steps done
 * @param best the validation whose weights are kept
 * @param validationMatrix of the validation split with those weights
 * @param validationLogits of the validation split with those weights, shape [examples][classes]
 * @param validationLabels class of each of them
 * @param curve every validation in order
 * @param padding share of the trained tokens that were padding
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
    double padding,
    int halvedBatches,
    int skipped,
    Duration elapsed) {

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
