package dev.verdict.model;

import dev.verdict.model.DistilBertParameters.Parameter;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A model that learns: weights and the optimizer's state. Owns native memory until closed. Safe for
 * several threads, which take turns; other models do not wait for them.
 */
public final class TrainableClassifier implements AutoCloseable {
  private DistilBertConfig config;
  private TrainedWeights weights;

  private TrainableClassifier(DistilBertConfig config, DistilBertProgram program) {
    this.config = config;
    this.weights = new TrainedWeights(program);
  }

  /** Random weights as Hugging Face initializes them; the same in every JVM for the same seed. */
  public static TrainableClassifier random(DistilBertConfig config, long seed) {
    return new TrainableClassifier(
        config, load(config, parameter -> InitialWeights.of(parameter, config, seed)));
  }

  /** As {@link #open(Path, long)} with seed 0. */
  public static TrainableClassifier open(Path checkpointFolder) throws IOException {
    return open(checkpointFolder, 0);
  }

  /**
   * Opens the weights of a checkpoint for training.
   *
   * @param seed of the random head of a checkpoint without one (a pretrained base)
   * @throws IOException when a file is missing or damaged
   * @throws ModelException when the folder holds a model of another kind
   */
  public static TrainableClassifier open(Path checkpointFolder, long seed) throws IOException {
    DistilBertConfig config = DistilBertConfig.read(checkpointFolder);
    try (WeightFile weights = WeightFile.open(checkpointFolder)) {
      boolean headless =
          DistilBertParameters.of(config).stream()
              .filter(Parameter::isHead)
              .noneMatch(parameter -> weights.holds(parameter.name()));
      return new TrainableClassifier(
          config,
          DistilBertProgram.load(
              config,
              parameter ->
                  headless && parameter.isHead()
                      ? InitialWeights.of(parameter, config, seed)
                      : weights.read(parameter)));
    }
  }

  /**
   * Changes the classes: rows of the classification head whose class remains are kept, new ones are
   * random. Nothing happens when the classes are the same in the same order; otherwise the
   * optimizer's state is forgotten.
   *
   * @param labels the classes in their new order
   */
  public synchronized void withLabels(List<String> labels, long seed) {
    if (labels.equals(config.labels())) {
      return;
    }
    List<String> oldLabels = config.labels();
    DistilBertConfig changed = config.withLabels(labels);
    List<Parameter> parameters = DistilBertParameters.of(changed);
    TrainedWeights old = weights;
    weights =
        new TrainedWeights(
            load(
                changed,
                parameter -> {
                  int index = indexOf(parameter, parameters);
                  float[] stored = old.program().weight(index).data();
                  boolean rowPerClass =
                      parameter.name().equals(DistilBertParameters.HEAD_WEIGHT)
                          || parameter.name().equals(DistilBertParameters.HEAD_BIAS);
                  return rowPerClass
                      ? moveRows(
                          stored,
                          oldLabels,
                          InitialWeights.of(parameter, changed, seed),
                          changed.labels())
                      : stored;
                }));
    old.close();
    config = changed;
  }

  /** Another model with the same weights; the optimizer's state and an average are not copied. */
  public synchronized TrainableClassifier copy() {
    List<Parameter> parameters = DistilBertParameters.of(config);
    return new TrainableClassifier(
        config,
        load(config, parameter -> weights.program().weight(indexOf(parameter, parameters)).data()));
  }

  private static float[] moveRows(
      float[] from, List<String> fromLabels, float[] to, List<String> toLabels) {
    int width = from.length / fromLabels.size();
    for (int row = 0; row < toLabels.size(); row++) {
      int kept = fromLabels.indexOf(toLabels.get(row));
      if (kept >= 0) {
        System.arraycopy(from, kept * width, to, row * width, width);
      }
    }
    return to;
  }

  private static int indexOf(Parameter parameter, List<Parameter> parameters) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(parameter.name())) {
        return i;
      }
    }
    throw new IllegalArgumentException("No weight is named " + parameter.name());
  }

  /** The model's configuration. */
  public synchronized DistilBertConfig config() {
    return config;
  }

  /** The classes in the order of the model's outputs. */
  public List<String> labels() {
    return config().labels();
  }

  /** Changes the rates of dropout of the steps that follow, each 0 or more and below 1. */
  public synchronized void setDropout(double all, double attention, double head) {
    config = config.withDropout(all, attention, head);
  }

  /**
   * Prefixes that freeze the embeddings and the layers below {@code layer}, for {@link
   * StepSettings#withFrozen}: 0 freezes the embeddings alone, the model's number of layers leaves
   * only the head to train.
   */
  public static List<String> frozenBelow(int layer) {
    List<String> prefixes = new ArrayList<>();
    prefixes.add("distilbert.embeddings.");
    for (int i = 0; i < layer; i++) {
      prefixes.add("distilbert.transformer.layer." + i + ".");
    }
    return prefixes;
  }

  /**
   * One step of training.
   *
   * @param texts the batch; not empty
   * @param labels index of the class of each text
   * @return mean cross-entropy of the batch before the step, in nats, as trained on (weights and
   *     smoothing included)
   * @throws ModelException when the loss or a gradient is not finite (the weights are then
   *     unchanged), nothing is left to train, or the native runtime fails
   * @throws ModelMemoryException when native memory does not suffice for a batch of this size; the
   *     weights are unchanged
   */
  public synchronized float trainStep(
      List<TokenizedText> texts, int[] labels, StepSettings settings) {
    return weights.step(task(texts, labels, settings), settings, config);
  }

  /**
   * One step towards shares of the classes, such as the probabilities of a teacher (Hinton, Vinyals
   * and Dean, arXiv:1503.02531), in the place of one right class a text.
   *
   * @param shares shape [texts][classes]; a row adds up to 1
   * @return as {@link #trainStep(List, int[], StepSettings)}; class weights count each share
   */
  public synchronized float trainStep(
      List<TokenizedText> texts, float[][] shares, StepSettings settings) {
    return weights.step(task(texts, shares, settings), settings, config);
  }

  /** As {@link #addGradients(List, int[], StepSettings, double)} towards shares of the classes. */
  public synchronized float addGradients(
      List<TokenizedText> texts, float[][] shares, StepSettings settings, double share) {
    return weights.accumulate(task(texts, shares, settings), settings, config, share);
  }

  private TrainingTask task(List<TokenizedText> texts, float[][] shares, StepSettings settings) {
    int classes = config.labels().size();
    float[] flat = new float[shares.length * classes];
    int[] labels = new int[shares.length];
    for (int row = 0; row < shares.length; row++) {
      if (shares[row].length != classes) {
        throw new IllegalArgumentException(
            shares[row].length + " shares of a text, must be one for each of " + config.labels());
      }
      System.arraycopy(shares[row], 0, flat, row * classes, classes);
    }
    return task(texts, labels, settings).withShares(flat);
  }

  /**
   * Adds the gradients of a batch to those that the next {@link #applyGradients} steps by.
   *
   * @param share what the batch counts in the sum; those of a step add up to 1
   * @return the batch's loss, as {@link #trainStep}
   * @throws ModelMemoryException when native memory does not suffice for a batch of this size; the
   *     sum is unchanged
   */
  public synchronized float addGradients(
      List<TokenizedText> texts, int[] labels, StepSettings settings, double share) {
    return weights.accumulate(task(texts, labels, settings), settings, config, share);
  }

  /**
   * Steps by the gradients that were added, and forgets them.
   *
   * @param loss of the batches together, reported when it or a gradient is not finite
   * @throws ModelException in that case; the weights are then unchanged
   */
  public synchronized void applyGradients(StepSettings settings, float loss) {
    weights.apply(settings, config, loss);
  }

  /** Forgets the gradients that were added. */
  public synchronized void dropGradients() {
    weights.dropSums();
  }

  /**
   * What the encoder makes of texts, without dropout: all that the head sees of them.
   *
   * @return shape [texts][width]; the texts are one batch
   */
  public synchronized float[][] features(List<TokenizedText> texts) {
    float[] flat = weights.program().features(PackedBatch.of(texts, config));
    float[][] rows = new float[texts.size()][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(flat, row * config.width(), (row + 1) * config.width());
    }
    return rows;
  }

  /**
   * As {@link #trainStep} on features instead of texts; the settings must freeze the encoder, see
   * {@link #frozenBelow}.
   *
   * @param features shape [texts][width]
   */
  public synchronized float trainHeadStep(float[][] features, int[] labels, StepSettings settings) {
    return weights.step(headTask(features, labels, settings), settings, config);
  }

  /** As {@link #addGradients} on features instead of texts. */
  public synchronized float addHeadGradients(
      float[][] features, int[] labels, StepSettings settings, double share) {
    return weights.accumulate(headTask(features, labels, settings), settings, config, share);
  }

  private TrainingTask headTask(float[][] features, int[] labels, StepSettings settings) {
    requirePairs(features.length, settings);
    requireLabels(features.length, labels);
    return TrainingTask.classifyFeatures(flat(features), labels, classWeights(settings));
  }

  /** Outputs before softmax of features, shape [texts][classes], flattened. */
  public synchronized float[] headLogits(float[][] features) {
    return weights.program().headLogits(flat(features), features.length);
  }

  private float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * config.width()];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, flat, row * config.width(), config.width());
    }
    return flat;
  }

  /**
   * Starts a running average of the weights, or moves it on: Polyak and Juditsky (1992), in the
   * exponential form.
   *
   * @param decay share of the old average in the new one, 0 to 1
   */
  public synchronized void average(double decay) {
    weights.average(decay);
  }

  /** Does some work with the averaged weights in the place of the weights, where there are any. */
  public synchronized <T> T averaged(Supplier<T> work) {
    weights.exchangeWithAverage();
    try {
      return work.get();
    } finally {
      weights.exchangeWithAverage();
    }
  }

  /** The gradient of the mean cross-entropy for every weight, without dropout. */
  synchronized List<NamedTensor> gradients(List<TokenizedText> texts, int[] labels) {
    return weights.gradients(task(texts, labels, StepSettings.of(1)));
  }

  /** Outputs before softmax, shape [texts][classes], flattened; the texts are one batch. */
  public synchronized float[] logits(List<TokenizedText> texts) {
    return weights.program().logits(PackedBatch.of(texts, config));
  }

  private TrainingTask task(List<TokenizedText> texts, int[] labels, StepSettings settings) {
    requirePairs(texts.size(), settings);
    return TrainingTask.classify(labelledBatch(texts, labels), labels, classWeights(settings));
  }

  private PackedBatch labelledBatch(List<TokenizedText> texts, int[] labels) {
    requireLabels(texts.size(), labels);
    return PackedBatch.forStep(texts, config);
  }

  private static void requirePairs(int texts, StepSettings settings) {
    if (settings.consistency() > 0 && texts % 2 != 0) {
      throw new IllegalArgumentException(
          texts + " texts, must be an even number: two passes of each have to agree");
    }
  }

  private void requireLabels(int texts, int[] labels) {
    if (texts == 0 || texts != labels.length) {
      throw new IllegalArgumentException(
          texts + " texts and " + labels.length + " labels, must be as many and not none");
    }
    for (int label : labels) {
      if (label < 0 || label >= config.labels().size()) {
        throw new IllegalArgumentException(
            "Label is " + label + ", must be 0 to " + (config.labels().size() - 1));
      }
    }
  }

  private float[] classWeights(StepSettings settings) {
    List<Float> weights = settings.classWeights();
    if (!weights.isEmpty() && weights.size() != config.labels().size()) {
      throw new IllegalArgumentException(
          weights.size() + " class weights, must be one for each of " + config.labels());
    }
    float[] result = new float[weights.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = weights.get(i);
    }
    return result;
  }

  /** Class probabilities without dropout, shape [texts][classes]; the texts are one batch. */
  public synchronized float[][] probabilities(List<TokenizedText> texts) {
    if (texts.isEmpty()) {
      return new float[0][];
    }
    return Probabilities.softmax(logits(texts), texts.size(), config.labels().size());
  }

  /** Mean cross-entropy of one batch without dropout, class weights or smoothing, in nats. */
  public synchronized double loss(List<TokenizedText> texts, int[] labels) {
    float[] logits = weights.program().logits(labelledBatch(texts, labels));
    return Probabilities.crossEntropy(logits, labels, config.labels().size());
  }

  /** Copies the weights, not the optimizer's state, to the Java heap. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(weights.tensors());
  }

  /**
   * Puts back the weights of a snapshot; the optimizer's state stays, an average is dropped.
   *
   * @throws IllegalArgumentException when the snapshot is of a model of another shape
   */
  public synchronized void restore(Snapshot snapshot) {
    weights.restore(snapshot.weights());
  }

  /**
   * Everything that the next step depends on beside its arguments. A tensor is copied to the Java
   * heap when its values are asked for, which is to be done before the next step.
   */
  public synchronized List<NamedTensor> state() {
    return weights.state().stream().map(tensor -> tensor.guardedBy(this)).toList();
  }

  /**
   * Goes back to a {@link #state}.
   *
   * @throws IllegalArgumentException when it is of a model of another shape
   */
  public synchronized void restoreState(Map<String, NamedTensor> state) {
    weights.restoreState(state);
  }

  /** Forgets the optimizer's state: the next step is its first. */
  public synchronized void resetOptimizer() {
    weights.resetOptimizer();
  }

  /** Writes {@code model.safetensors} and {@code config.json} into a folder that exists. */
  public synchronized void save(Path folder) throws IOException {
    Safetensors.write(folder.resolve(WeightFile.NAME), weights.tensors());
    config.write(folder);
  }

  /** The number of weights. */
  public synchronized long parameterCount() {
    return weights.program().parameterCount();
  }

  /** Frees the native memory; waits for a step that runs. */
  @Override
  public synchronized void close() {
    weights.close();
  }

  private static DistilBertProgram load(
      DistilBertConfig config, DistilBertProgram.WeightSource source) {
    try {
      return DistilBertProgram.load(config, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
