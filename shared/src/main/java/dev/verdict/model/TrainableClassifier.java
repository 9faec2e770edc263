package dev.verdict.model;

import dev.verdict.model.DistilBertParameters.Parameter;
import dev.verdict.model.DistilBertSource.Setting;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A model that learns: weights and the optimizer's state. Owns native memory until closed. Safe for
 * several threads, which take turns. Steps of several models in one JVM take turns too, because the
 * engine draws all dropout from one generator and a step must get the numbers of its own seed;
 * inference beside them does not wait.
 */
public final class TrainableClassifier implements AutoCloseable {
  /** Held from seeding the engine's generator of random numbers to the end of the step. */
  private static final Object RANDOM_NUMBERS = new Object();

  private DistilBertConfig config;
  private DistilBertProgram program;
  private Optional<OptimizerState> optimizer = Optional.empty();

  private TrainableClassifier(DistilBertConfig config, DistilBertProgram program) {
    this.config = config;
    this.program = program;
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
    DistilBertProgram old = program;
    program =
        load(
            changed,
            parameter -> {
              int index = indexOf(parameter, parameters);
              float[] stored = old.weight(index).data();
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
            });
    resetOptimizer();
    old.close();
    config = changed;
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
   */
  public synchronized float trainStep(
      List<TokenizedText> texts, int[] labels, StepSettings settings) {
    PaddedBatch batch = labelledBatch(texts, labels);
    float[] classWeights = classWeights(settings);
    int[] kinds = kinds(settings);
    OptimizerState state = optimizer.orElseGet(program::newOptimizerState);
    optimizer = Optional.of(state);
    float[] lossAndNorm;
    synchronized (RANDOM_NUMBERS) {
      lossAndNorm =
          program.step(batch, labels, classWeights, settingValues(settings), kinds, state);
    }
    if (!Float.isFinite(lossAndNorm[0]) || !Float.isFinite(lossAndNorm[1])) {
      throw new ModelException(
          "A training step gave loss "
              + lossAndNorm[0]
              + " and gradient norm "
              + lossAndNorm[1]
              + "; the weights are left as they were");
    }
    return lossAndNorm[0];
  }

  /** The gradient of the mean cross-entropy for every weight, without dropout. */
  synchronized List<NamedTensor> gradients(List<TokenizedText> texts, int[] labels) {
    PaddedBatch batch = labelledBatch(texts, labels);
    double[] settings = settingValues(StepSettings.of(1).withoutDropout());
    synchronized (RANDOM_NUMBERS) {
      return program.gradients(batch, labels, new float[0], settings);
    }
  }

  /** Outputs before softmax, shape [texts][classes], flattened. */
  synchronized float[] logits(List<TokenizedText> texts) {
    return program.logits(PaddedBatch.of(texts, config));
  }

  private PaddedBatch labelledBatch(List<TokenizedText> texts, int[] labels) {
    if (texts.isEmpty() || texts.size() != labels.length) {
      throw new IllegalArgumentException(
          texts.size() + " texts and " + labels.length + " labels, must be as many and not none");
    }
    for (int label : labels) {
      if (label < 0 || label >= config.labels().size()) {
        throw new IllegalArgumentException(
            "Label is " + label + ", must be 0 to " + (config.labels().size() - 1));
      }
    }
    return PaddedBatch.of(texts, config);
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

  private int[] kinds(StepSettings settings) {
    List<Parameter> parameters = program.parameters();
    int[] kinds = new int[parameters.size()];
    for (int i = 0; i < kinds.length; i++) {
      Parameter parameter = parameters.get(i);
      boolean frozen =
          settings.frozen().stream().anyMatch(parameter.name()::startsWith)
              || (config.sinusoidalPositions()
                  && parameter.name().equals(DistilBertParameters.POSITION_EMBEDDINGS));
      if (frozen) {
        kinds[i] = DistilBertSource.FROZEN;
      } else if (!settings.decayAll() && (parameter.isBias() || parameter.isLayerNorm())) {
        kinds[i] = DistilBertSource.WITHOUT_DECAY;
      } else {
        kinds[i] = DistilBertSource.WITH_DECAY;
      }
    }
    if (Arrays.stream(kinds).allMatch(kind -> kind == DistilBertSource.FROZEN)) {
      throw new ModelException("Every weight is frozen: nothing is left to train");
    }
    return kinds;
  }

  private double[] settingValues(StepSettings settings) {
    double[] values = new double[Setting.values().length];
    if (settings.dropout()) {
      values[Setting.DROPOUT.index()] = config.dropout();
      values[Setting.ATTENTION_DROPOUT.index()] = config.attentionDropout();
      values[Setting.HEAD_DROPOUT.index()] = config.headDropout();
    }
    values[Setting.LABEL_SMOOTHING.index()] = settings.labelSmoothing();
    values[Setting.LEARNING_RATE.index()] = settings.learningRate();
    values[Setting.BETA1.index()] = settings.beta1();
    values[Setting.BETA2.index()] = settings.beta2();
    values[Setting.EPSILON.index()] = settings.epsilon();
    values[Setting.WEIGHT_DECAY.index()] = settings.weightDecay();
    values[Setting.MAX_GRADIENT_NORM.index()] = settings.maxGradientNorm();
    values[Setting.SEED.index()] = settings.seed();
    return values;
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
    float[] logits = program.logits(labelledBatch(texts, labels));
    return Probabilities.crossEntropy(logits, labels, config.labels().size());
  }

  /** Copies the weights, not the optimizer's state, to the Java heap. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(weights());
  }

  private List<NamedTensor> weights() {
    List<NamedTensor> weights = new ArrayList<>();
    for (int i = 0; i < program.parameters().size(); i++) {
      weights.add(program.weight(i));
    }
    return weights;
  }

  /**
   * Puts back the weights of a snapshot; the optimizer's state stays.
   *
   * @throws IllegalArgumentException when the snapshot is of a model of another shape
   */
  public synchronized void restore(Snapshot snapshot) {
    List<NamedTensor> weights = snapshot.weights();
    List<Parameter> parameters = program.parameters();
    boolean same = weights.size() == parameters.size();
    for (int i = 0; same && i < weights.size(); i++) {
      same = Arrays.equals(weights.get(i).shape(), parameters.get(i).shape());
    }
    if (!same) {
      throw new IllegalArgumentException("The snapshot is of a model of another shape");
    }
    for (int i = 0; i < weights.size(); i++) {
      program.setWeight(i, weights.get(i).data());
    }
  }

  /** Forgets the optimizer's state: the next step is its first. */
  public synchronized void resetOptimizer() {
    optimizer.ifPresent(OptimizerState::close);
    optimizer = Optional.empty();
  }

  /** Writes {@code model.safetensors} and {@code config.json} into a folder that exists. */
  public synchronized void save(Path folder) throws IOException {
    Safetensors.write(folder.resolve(WeightFile.NAME), weights());
    config.write(folder);
  }

  /** The number of weights. */
  public synchronized long parameterCount() {
    return program.parameterCount();
  }

  /** Frees the native memory; waits for a step that runs. */
  @Override
  public synchronized void close() {
    resetOptimizer();
    program.close();
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
