package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.model.Classifier;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * How a model does on labelled reviews.
 *
 * @param matrix of them all
 * @param logLoss mean of -ln p of the true class, p at least 1e-15
 * @param seconds of wall time, tokenizing included
 */
public record LabelledScores(ConfusionMatrix matrix, double logLoss, double seconds) {
  private static final double LEAST_PROBABILITY = 1e-15;

  /** Sorted together; whole gates of the default size, so that batches are those of the gate. */
  private static final int WINDOW = 8192;

  /**
   * Classifies every example.
   *
   * @param examples at least one; every label is a class of the model
   * @param limits what a batch may hold
   * @param done told how many examples are done, now and then
   */
  public static LabelledScores of(
      Classifier classifier, BatchLimits limits, List<Example> examples, LongConsumer done) {
    long start = System.nanoTime();
    TextScorer scorer = new TextScorer(classifier, limits);
    List<String> classes = classifier.labels();
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    double loss = 0;
    for (int from = 0; from < examples.size(); from += WINDOW) {
      List<Example> window = examples.subList(from, Math.min(examples.size(), from + WINDOW));
      int before = from;
      List<TextScorer.Score> scores =
          scorer.score(
              window.stream().map(Example::text).toList(), count -> done.accept(before + count));
      for (int i = 0; i < window.size(); i++) {
        int actual = classes.indexOf(window.get(i).label());
        TextScorer.Score score = scores.get(i);
        matrix.add(classes.get(actual), classes.get(score.best()));
        loss -= Math.log(Math.max(LEAST_PROBABILITY, score.probabilities().get(actual)));
      }
    }
    return new LabelledScores(matrix, loss / examples.size(), (System.nanoTime() - start) / 1e9);
  }
}
