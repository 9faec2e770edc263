package dev.verdict.trainer.training;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.TemperatureScaling;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Scores a model on the validation split. */
final class Validator {
  private final EncodedExamples examples;
  private final List<List<Integer>> batches;
  private final List<String> classes;
  private final BooleanSupplier stopped;

  /**
   * @param classes in the model's order
   * @param stopped asked before every batch
   */
  Validator(
      EncodedExamples examples,
      BatchPlanner batches,
      List<String> classes,
      BooleanSupplier stopped) {
    this.examples = examples;
    this.batches = batches.plan(examples.lengths());
    this.classes = classes;
    this.stopped = stopped;
  }

  /**
   * What was measured.
   *
   * @param loss mean cross-entropy in nats
   * @param logits shape [examples][classes]
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, compared nowhere.
  record Scored(ConfusionMatrix matrix, double loss, float[][] logits) {}

  /**
   * Scores every example.
   *
   * @param model gives the logits of a batch, shape [batch][classes], flattened
   * @throws TrainingStoppedException when it was asked to stop
   */
  Scored score(Function<List<Integer>, float[]> model) {
    int width = classes.size();
    float[][] logits = new float[examples.size()][];
    for (List<Integer> batch : batches) {
      if (stopped.getAsBoolean()) {
        throw new TrainingStoppedException();
      }
      float[] flat = model.apply(batch);
      for (int row = 0; row < batch.size(); row++) {
        logits[batch.get(row)] = Arrays.copyOfRange(flat, row * width, (row + 1) * width);
      }
    }
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    for (int i = 0; i < logits.length; i++) {
      matrix.add(classes.get(examples.label(i)), classes.get(Training.mostProbable(logits[i])));
    }
    double loss = TemperatureScaling.NONE.negativeLogLikelihood(logits, examples.labels());
    return new Scored(matrix, loss, logits);
  }
}
