package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.BatchPlanner;
import dev.verdict.batching.TokenBudget;
import dev.verdict.model.Classifier;
import dev.verdict.model.ForwardWorkers;
import dev.verdict.model.ModelMemoryException;
import dev.verdict.text.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Classifies texts in batches of a token budget, of like length together; batches that do not fit
 * into memory are made smaller. For one thread.
 */
public final class TextScorer {
  private final Classifier classifier;
  private final BatchLimits limits;
  private final ForwardWorkers workers;
  private final TokenBudget budget;

  /**
   * One text's result.
   *
   * @param probabilities in the order of the model's classes
   * @param best index of the most probable class
   * @param tokens that the model read, without special ones
   * @param unknownTokens those among them that stand for a word outside the vocabulary
   * @param truncated whether the text had more
   */
  public record Score(
      List<Float> probabilities, int best, int tokens, int unknownTokens, boolean truncated) {}

  /**
   * @param limits what a batch may hold
   */
  public TextScorer(Classifier classifier, BatchLimits limits) {
    this.classifier = classifier;
    this.limits = limits;
    this.workers = new ForwardWorkers(classifier.workers());
    this.budget = new TokenBudget(limits.maxTokens());
  }

  /** The classes in the model's order. */
  public List<String> labels() {
    return classifier.labels();
  }

  /** Classifies the texts; see {@link #score(List, IntConsumer)}. */
  public List<Score> score(List<String> texts) {
    return score(texts, done -> {});
  }

  /**
   * Classifies the texts.
   *
   * @param progress told after every batch how many texts are done
   * @return one score a text, in the same order
   * @throws ModelMemoryException when memory does not suffice for a text alone
   */
  public List<Score> score(List<String> texts, IntConsumer progress) {
    List<TokenizedText> encoded = classifier.tokenizer().encode(texts);
    Score[] scores = new Score[texts.size()];
    int[] open = IntStream.range(0, texts.size()).toArray();
    while (open.length > 0) {
      int before = texts.size() - open.length;
      run(open, encoded, scores, done -> progress.accept(before + done));
      open = Arrays.stream(open).filter(index -> scores[index] == null).toArray();
    }
    return List.of(scores);
  }

  /** Runs batches until all are done or one does not fit. */
  private void run(int[] open, List<TokenizedText> encoded, Score[] scores, IntConsumer progress) {
    int done = 0;
    int[] lengths = Arrays.stream(open).map(index -> encoded.get(index).length()).toArray();
    for (List<Integer> batch : new BatchPlanner(budget.tokens(), limits.maxRows()).plan(lengths)) {
      int longest = lengths[batch.get(0)];
      try {
        float[][] probabilities =
            workers.classify(
                classifier::classify,
                batch.stream().map(row -> encoded.get(open[row])).toList(),
                workers.planner(classifier.tokensAtOnce(), limits.maxRows()));
        for (int i = 0; i < batch.size(); i++) {
          int index = open[batch.get(i)];
          scores[index] = score(probabilities[i], encoded.get(index));
        }
      } catch (ModelMemoryException e) {
        if (batch.size() == 1) {
          throw e;
        }
        budget.exceeded((long) batch.size() * longest, longest);
        return;
      }
      budget.fitted((long) batch.size() * longest);
      done += batch.size();
      progress.accept(done);
    }
  }

  private static Score score(float[] probabilities, TokenizedText text) {
    List<Float> boxed = new ArrayList<>(probabilities.length);
    for (float probability : probabilities) {
      boxed.add(probability);
    }
    return new Score(
        boxed,
        Training.mostProbable(probabilities),
        text.contentLength(),
        text.unknown(),
        text.truncated());
  }
}
