package dev.verdict.trainer.training;

import dev.verdict.contract.Evaluation.ClassScore;
import dev.verdict.evaluation.ConfusionMatrix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The scores of a confusion matrix as they are written into a checkpoint.
 *
 * @param confusionMatrix row: actual class, column: predicted class
 */
public record Scores(
    long examples,
    double accuracy,
    double macroF1,
    double weightedF1,
    List<String> classes,
    List<List<Long>> confusionMatrix,
    Map<String, ClassScore> perClass) {

  /** The scores of that matrix. */
  public static Scores of(ConfusionMatrix matrix) {
    Map<String, ClassScore> perClass = new LinkedHashMap<>();
    for (String name : matrix.classes()) {
      perClass.put(
          name,
          new ClassScore(
              matrix.precision(name), matrix.recall(name), matrix.f1(name), matrix.support(name)));
    }
    return new Scores(
        matrix.total(),
        matrix.accuracy(),
        matrix.macroF1(),
        matrix.weightedF1(),
        matrix.classes(),
        matrix.rows(),
        perClass);
  }
}
