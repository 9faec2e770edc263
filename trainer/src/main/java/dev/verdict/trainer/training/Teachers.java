package dev.verdict.trainer.training;

import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.TokenizedText;
import java.util.List;

/**
 * Trained models of the same classes and vocabulary, whose mean probabilities another one learns.
 * They see the very texts that it sees, words masked alike: a consistent teacher, as Beyer et al.,
 * arXiv:2106.05237, found it to teach best.
 */
final class Teachers {
  private final List<TrainableClassifier> models;
  private final double share;

  /**
   * @param models at least one; open as long as this is used
   * @param share of the target that is theirs, 0 to 1
   */
  Teachers(List<TrainableClassifier> models, double share) {
    this.models = List.copyOf(models);
    this.share = share;
  }

  /**
   * What is to be learned of a batch.
   *
   * @param labels index of the class of each text
   * @return shares of the classes, shape [texts][classes]
   */
  float[][] targets(List<TokenizedText> texts, int[] labels) {
    int classes = models.get(0).labels().size();
    float[][] targets = new float[texts.size()][classes];
    for (TrainableClassifier model : models) {
      float[][] probabilities = model.probabilities(texts);
      for (int row = 0; row < targets.length; row++) {
        for (int column = 0; column < classes; column++) {
          targets[row][column] += (float) (share / models.size() * probabilities[row][column]);
        }
      }
    }
    for (int row = 0; row < targets.length; row++) {
      targets[row][labels[row]] += (float) (1 - share);
    }
    return targets;
  }
}
