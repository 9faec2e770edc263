package dev.verdict.model;

import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that learns: weights, their gradients and the optimizer's state. Owns native memory until
 * closed. Calls may come from any thread, one at a time. Steps of several models in one JVM take
 * turns, because the engine records one computation graph at a time; inference beside them does not
 * wait.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class TrainableClassifier implements AutoCloseable {
  private TrainableClassifier() {}

  /** Random weights as Hugging Face initializes them; the same in every JVM for the same seed. */
  public static TrainableClassifier random(DistilBertConfig config, long seed) {
    throw new UnsupportedOperationException(config + " " + seed);
  }

  /**
   * Opens the weights of a checkpoint for training. A head that the checkpoint lacks (a pretrained
   * base) is random.
   *
   * @throws IOException when a file is missing or damaged
   * @throws ModelException when the folder holds a model of another kind
   */
  public static TrainableClassifier open(Path checkpointFolder) throws IOException {
    throw new UnsupportedOperationException(checkpointFolder.toString());
  }

  /**
   * Changes the classes: rows of the classification head whose class remains are kept, new ones are
   * random. Resets the optimizer's state when the classes differ in any way.
   *
   * @param labels the classes in their new order
   */
  public void withLabels(List<String> labels, long seed) {
    throw new UnsupportedOperationException(labels + " " + seed);
  }

  public DistilBertConfig config() {
    throw new UnsupportedOperationException();
  }

  public List<String> labels() {
    return config().labels();
  }

  /** Changes the rates of dropout of the steps that follow, each 0 to 1. */
  public void setDropout(double all, double attention, double head) {
    throw new UnsupportedOperationException();
  }

  /**
   * Prefixes that freeze the embeddings and the layers below {@code layer}, for {@link
   * StepSettings#withFrozen}: 0 freezes the embeddings alone, the model's number of layers leaves
   * only the head to train.
   */
  public static List<String> frozenBelow(int layer) {
    throw new UnsupportedOperationException(Integer.toString(layer));
  }

  /**
   * One step of training.
   *
   * @param texts the batch; not empty
   * @param labels index of the class of each text
   * @return mean cross-entropy of the batch before the step, in nats, as trained on (weights and
   *     smoothing included)
   * @throws ModelException when the loss is not finite (the weights are then unchanged), or the
   *     native runtime fails
   */
  public float trainStep(List<TokenizedText> texts, int[] labels, StepSettings settings) {
    throw new UnsupportedOperationException(texts + " " + labels.length + " " + settings);
  }

  /** Class probabilities without dropout, shape [texts][classes]; the texts are one batch. */
  public float[][] probabilities(List<TokenizedText> texts) {
    throw new UnsupportedOperationException(texts.toString());
  }

  /** Mean cross-entropy of one batch without dropout, class weights or smoothing, in nats. */
  public double loss(List<TokenizedText> texts, int[] labels) {
    throw new UnsupportedOperationException(texts + " " + labels.length);
  }

  /** Copies the weights, not the optimizer's state, to the Java heap. */
  public Snapshot snapshot() {
    throw new UnsupportedOperationException();
  }

  /** Puts back the weights of a snapshot of this model; the optimizer's state stays. */
  public void restore(Snapshot snapshot) {
    throw new UnsupportedOperationException(String.valueOf(snapshot.weights().size()));
  }

  /** Forgets the optimizer's state: the next step is its first. */
  public void resetOptimizer() {}

  /** Writes {@code model.safetensors} and {@code config.json} into a folder that exists. */
  public void save(Path folder) throws IOException {
    throw new UnsupportedOperationException(folder.toString());
  }

  public long parameterCount() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
