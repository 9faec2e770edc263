package dev.verdict.cli.up;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.OpenCheckpoint;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.config.Settings;
import dev.verdict.contract.ModelManifest;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.model.Classifier;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Macro F1 of the first and the last champion on the held-out reviews of one domain, which no
 * version was ever trained on.
 */
record ChampionComparison(String domain, int reviews, double first, double last) {

  static List<ChampionComparison> of(
      Settings settings, List<ModelManifest> champions, Map<String, List<SourcedReview>> heldOut)
      throws IOException {
    if (champions.isEmpty()) {
      return List.of();
    }
    Map<String, Double> first = macroF1(settings, champions.get(0), heldOut);
    Map<String, Double> last = macroF1(settings, champions.get(champions.size() - 1), heldOut);
    List<ChampionComparison> comparisons = new ArrayList<>();
    heldOut.forEach(
        (domain, reviews) ->
            comparisons.add(
                new ChampionComparison(
                    domain, reviews.size(), first.get(domain), last.get(domain))));
    return comparisons;
  }

  private static Map<String, Double> macroF1(
      Settings settings, ModelManifest version, Map<String, List<SourcedReview>> heldOut)
      throws IOException {
    Map<String, Double> scores = new LinkedHashMap<>();
    try (CheckpointStore store = CheckpointStore.open(settings.checkpoints());
        OpenCheckpoint opened =
            store.verified(version.version(), version.path(), version.manifestSha256());
        Classifier classifier = Classifier.open(opened.folder(), settings.maxLength())) {
      for (Map.Entry<String, List<SourcedReview>> domain : heldOut.entrySet()) {
        scores.put(
            domain.getKey(),
            matrix(classifier, new BatchPlanner(settings.batchLimits()), domain.getValue())
                .macroF1());
      }
    }
    return scores;
  }

  private static ConfusionMatrix matrix(
      Classifier classifier, BatchPlanner planner, List<SourcedReview> reviews) {
    ConfusionMatrix matrix = new ConfusionMatrix(classifier.labels());
    List<TokenizedText> texts =
        classifier.tokenizer().encode(reviews.stream().map(SourcedReview::text).toList());
    for (List<Integer> batch :
        planner.plan(texts.stream().mapToInt(TokenizedText::length).toArray())) {
      float[][] probabilities = classifier.classify(batch.stream().map(texts::get).toList());
      for (int i = 0; i < probabilities.length; i++) {
        matrix.add(
            reviews.get(batch.get(i)).label(), classifier.labels().get(best(probabilities[i])));
      }
    }
    return matrix;
  }

  private static int best(float[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[best]) {
        best = i;
      }
    }
    return best;
  }
}
