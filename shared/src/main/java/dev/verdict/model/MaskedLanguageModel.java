package dev.verdict.model;

import dev.verdict.text.MaskedText;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * DistilBERT as it is pretrained: it fills in masked words (Devlin et al., arXiv:1810.04805,
 * section 3.1), with the word embeddings as its output weights too. Saved in the layout of Hugging
 * Face's {@code DistilBertForMaskedLM}; a classifier opens it as a base. Owns native memory until
 * closed. Safe for several threads, which take turns.
 */
public final class MaskedLanguageModel implements AutoCloseable {
  private DistilBertConfig config;
  private final TrainedWeights weights;

  private MaskedLanguageModel(DistilBertConfig config, DistilBertProgram program) {
    this.config = config;
    this.weights = new TrainedWeights(program);
  }

  /** Random weights as Hugging Face initializes them; the same in every JVM for the same seed. */
  public static MaskedLanguageModel random(DistilBertConfig config, long seed) {
    try {
      return new MaskedLanguageModel(
          config,
          DistilBertProgram.load(
              config,
              DistilBertParameters.languageModel(config),
              parameter -> InitialWeights.of(parameter, config, seed)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a checkpoint to go on with its pretraining.
   *
   * @param seed of the parts that a checkpoint without a language model's head lacks
   * @throws IOException when a file is missing or damaged
   * @throws ModelException when the folder holds a model of another kind
   */
  public static MaskedLanguageModel open(Path checkpointFolder, long seed) throws IOException {
    DistilBertConfig config = DistilBertConfig.read(checkpointFolder);
    try (WeightFile file = WeightFile.open(checkpointFolder)) {
      return new MaskedLanguageModel(
          config,
          DistilBertProgram.load(
              config,
              DistilBertParameters.languageModel(config),
              parameter ->
                  parameter.isHead() && !file.holds(parameter.name())
                      ? InitialWeights.of(parameter, config, seed)
                      : file.read(parameter)));
    }
  }

  /** The model's configuration; its classes mean nothing here. */
  public synchronized DistilBertConfig config() {
    return config;
  }

  /** Changes the rate of dropout of the steps that follow, 0 or more and below 1. */
  public synchronized void setDropout(double rate) {
    config = config.withDropout(rate, rate, config.headDropout());
  }

  /**
   * One step of training.
   *
   * @param batch texts of which at least one word is masked
   * @return mean cross-entropy of the masked words before the step, in nats
   * @throws ModelException when the loss or a gradient is not finite (the weights are then
   *     unchanged) or the native runtime fails
   * @throws ModelMemoryException when native memory does not suffice for a batch of this size
   */
  public synchronized float trainStep(List<MaskedText> batch, StepSettings settings) {
    return weights.step(task(batch), settings, config);
  }

  /** Adds the gradients of a batch, as {@link TrainableClassifier#addGradients}. */
  public synchronized float addGradients(
      List<MaskedText> batch, StepSettings settings, double share) {
    return weights.accumulate(task(batch), settings, config, share);
  }

  /** Steps by the gradients that were added, as {@link TrainableClassifier#applyGradients}. */
  public synchronized void applyGradients(StepSettings settings, float loss) {
    weights.apply(settings, config, loss);
  }

  /** Forgets the gradients that were added. */
  public synchronized void dropGradients() {
    weights.dropSums();
  }

  /** Mean cross-entropy of the masked words of one batch without dropout, in nats. */
  public synchronized double loss(List<MaskedText> batch) {
    return weights.loss(task(batch));
  }

  private TrainingTask task(List<MaskedText> batch) {
    List<TokenizedText> texts = batch.stream().map(MaskedText::masked).toList();
    PackedBatch packed = PackedBatch.forStep(texts, config);
    List<Long> positions = new ArrayList<>();
    List<Long> words = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      MaskedText text = batch.get(row);
      for (int i = 0; i < text.positions().length; i++) {
        positions.add(packed.start(row) + text.positions()[i]);
        words.add(text.words()[i]);
      }
    }
    if (positions.isEmpty()) {
      throw new IllegalArgumentException("No word of the batch is masked, must be at least one");
    }
    return TrainingTask.unmask(packed, longs(positions), longs(words));
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /** Copies the weights, not the optimizer's state, to the Java heap. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(weights.tensors());
  }

  /** Puts back the weights of a snapshot; the optimizer's state stays. */
  public synchronized void restore(Snapshot snapshot) {
    weights.restore(snapshot.weights());
  }

  /** Everything that the next step depends on, as {@link TrainableClassifier#state}. */
  public synchronized List<NamedTensor> state() {
    return weights.state().stream().map(tensor -> tensor.guardedBy(this)).toList();
  }

  /** Goes back to a {@link #state}. */
  public synchronized void restoreState(Map<String, NamedTensor> state) {
    weights.restoreState(state);
  }

  /** Writes {@code model.safetensors} and {@code config.json} into a folder that exists. */
  public synchronized void save(Path folder) throws IOException {
    Safetensors.write(folder.resolve(WeightFile.NAME), weights.tensors());
    config.write(folder, "DistilBertForMaskedLM");
  }

  /** The number of weights. */
  public synchronized long parameterCount() {
    return weights.program().parameterCount();
  }

  @Override
  public synchronized void close() {
    weights.close();
  }
}
