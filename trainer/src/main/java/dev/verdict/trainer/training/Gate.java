package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.BatchPlanner;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.PromotionGate;
import dev.verdict.model.Classifier;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Tests champion and challenger on the same held-out reviews, each opened from its folder as it
 * would serve.
 *
 * @param maxLength most tokens of a review
 * @param limits what a batch may hold
 */
public record Gate(int maxLength, BatchLimits limits) {

  /**
   * What was found.
   *
   * @param champion absent for the first version
   * @param outcome the first version is promoted without a comparison
   */
  public record Result(
      Optional<ConfusionMatrix> champion,
      ConfusionMatrix challenger,
      PromotionGate.Outcome outcome) {}

  /**
   * Compares two checkpoints.
   *
   * @param champion folder of the version to beat, if there is one
   * @param challenger folder of the new one
   */
  public Result compare(
      Optional<Path> champion, Path challenger, List<Example> heldOut, BooleanSupplier stopped)
      throws IOException {
    ConfusionMatrix ofChallenger = test(challenger, heldOut, stopped);
    if (champion.isEmpty()) {
      String reason =
          String.format(
              Locale.ROOT,
              "first champion, %.4f macro F1 on %d held-out reviews",
              ofChallenger.macroF1(),
              ofChallenger.total());
      return new Result(Optional.empty(), ofChallenger, new PromotionGate.Outcome(true, reason));
    }
    ConfusionMatrix ofChampion = test(champion.get(), heldOut, stopped);
    return new Result(
        Optional.of(ofChampion),
        ofChallenger,
        new PromotionGate().compare(ofChampion, ofChallenger));
  }

  /** The confusion matrix of a checkpoint on labelled reviews. */
  public ConfusionMatrix test(Path checkpoint, List<Example> examples, BooleanSupplier stopped)
      throws IOException {
    try (Classifier classifier = Classifier.open(checkpoint, maxLength)) {
      List<String> classes = classifier.labels();
      ConfusionMatrix matrix = new ConfusionMatrix(classes);
      List<TokenizedText> texts =
          classifier.tokenizer().encode(examples.stream().map(Example::text).toList());
      int[] lengths = texts.stream().mapToInt(TokenizedText::length).toArray();
      for (List<Integer> batch : new BatchPlanner(limits).plan(lengths)) {
        if (stopped.getAsBoolean()) {
          throw new TrainingStoppedException();
        }
        float[][] probabilities = classifier.classify(batch.stream().map(texts::get).toList());
        for (int row = 0; row < batch.size(); row++) {
          matrix.add(
              examples.get(batch.get(row)).label(),
              classes.get(Training.mostProbable(probabilities[row])));
        }
      }
      return matrix;
    }
  }
}
