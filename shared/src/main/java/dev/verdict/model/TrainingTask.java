package dev.verdict.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * A batch and what a step is to learn from it.
 *
 * @param code the program's number of the task
 * @param batch of token ids; empty when features are given
 * @param features of the texts where their encoding is known, shape [texts][width], flattened
 * @param targets the right class of each text, or the right word of each position
 * @param shares what each class shall have of each text's probability in the place of one right
 *     class, shape [texts][classes], flattened; empty where each text has one
 * @param classWeights weight of each class in the loss; empty for 1 each
 * @param positions of the words to tell among the packed tokens
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to native memory at once, compared nowhere.
record TrainingTask(
    int code,
    Optional<PackedBatch> batch,
    float[] features,
    long[] targets,
    float[] shares,
    float[] classWeights,
    long[] positions) {
  private static final float[] NONE = {};
  private static final int CLASSIFY = 0;
  private static final int CLASSIFY_FEATURES = 1;
  private static final int UNMASK = 2;

  /** Telling the classes of texts. */
  static TrainingTask classify(PackedBatch batch, int[] labels, float[] classWeights) {
    return new TrainingTask(
        CLASSIFY, Optional.of(batch), new float[0], longs(labels), NONE, classWeights, new long[0]);
  }

  /** As another task, but with shares of the classes in the place of one right class. */
  TrainingTask withShares(float[] newShares) {
    return new TrainingTask(code, batch, features, targets, newShares, classWeights, positions);
  }

  /** Telling the classes of texts whose encoding is known. */
  static TrainingTask classifyFeatures(float[] features, int[] labels, float[] classWeights) {
    return new TrainingTask(
        CLASSIFY_FEATURES,
        Optional.empty(),
        features,
        longs(labels),
        NONE,
        classWeights,
        new long[0]);
  }

  /** Filling in masked words. */
  static TrainingTask unmask(PackedBatch batch, long[] positions, long[] words) {
    return new TrainingTask(UNMASK, Optional.of(batch), new float[0], words, NONE, NONE, positions);
  }

  /** Whether {@link #positions} is what the program wants beside the targets. */
  boolean wantsPositions() {
    return code == UNMASK;
  }

  /** Whether it ends in the classifier's head. */
  boolean classifies() {
    return code != UNMASK;
  }

  /** Whether only the first token of each text is read of the last layer. */
  boolean readsFirsts() {
    return code == CLASSIFY;
  }

  /** Where the texts of the batch are; empty when features are given. */
  long[] layout() {
    return batch.map(PackedBatch::layout).orElseGet(() -> new long[0]);
  }

  /** As it is named in errors. */
  @Override
  public String toString() {
    return batch.map(PackedBatch::toString).orElseGet(() -> targets.length + " features");
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
