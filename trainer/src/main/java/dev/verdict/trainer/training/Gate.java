package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.PromotionGate;
import dev.verdict.model.Classifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Tests champion and challenger on the same held-out reviews, each opened from its folder as it
 * would serve.
 *
 * @param maxLength most tokens of a review
 * @param limits what a batch may hold
 * @param confidence least probability that a challenger is better, see {@link PromotionGate}
 */
public record Gate(int maxLength, BatchLimits limits, double confidence) {
  /**
   * What was found.
   *
   * @param champion absent for the first version
   * @param tested what the challenger answered
   */
  public record Result(
      Optional<ConfusionMatrix> champion,
      ConfusionMatrix challenger,
      PromotionGate.Outcome outcome,
      TestedExamples tested) {}

  /**
   * Compares two checkpoints.
   *
   * @param champion folder of the version to beat, if there is one
   * @param challenger folder of the new one
   */
  public Result compare(
      Optional<Path> champion, Path challenger, List<Example> heldOut, BooleanSupplier stopped)
      throws IOException {
    PromotionGate gate = new PromotionGate(confidence);
    TestedExamples ofChallenger = answers(challenger, heldOut, stopped);
    ConfusionMatrix matrix = ofChallenger.matrix();
    if (champion.isEmpty()) {
      return new Result(Optional.empty(), matrix, gate.first(matrix), ofChallenger);
    }
    TestedExamples ofChampion = answers(champion.get(), heldOut, stopped);
    return new Result(
        Optional.of(ofChampion.matrix()),
        matrix,
        gate.compare(ofChallenger.actual(), ofChampion.predicted(), ofChallenger.predicted()),
        ofChallenger);
  }

  /** The confusion matrix of a checkpoint on labelled reviews. */
  public ConfusionMatrix test(Path checkpoint, List<Example> examples, BooleanSupplier stopped)
      throws IOException {
    return answers(checkpoint, examples, stopped).matrix();
  }

  /** What a checkpoint answers to labelled reviews. */
  public TestedExamples answers(Path checkpoint, List<Example> examples, BooleanSupplier stopped)
      throws IOException {
    try (Classifier classifier = Classifier.open(checkpoint, maxLength)) {
      List<TextScorer.Score> scores =
          new TextScorer(classifier, limits)
              .score(examples.stream().map(Example::text).toList(), done -> checkStopped(stopped));
      return new TestedExamples(classifier.labels(), examples, scores);
    }
  }

  private static void checkStopped(BooleanSupplier stopped) {
    if (stopped.getAsBoolean()) {
      throw new TrainingStoppedException();
    }
  }
}
