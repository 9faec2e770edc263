package dev.verdict.model;

import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A served model: its weights, classes and tokenizer. Owns native memory until closed. Several may
 * be open at once. Safe for several threads, each with a batch of its own; who closes it waits for
 * them.
 */
public final class Classifier implements AutoCloseable {
  private static final int[] WARM_UP_ROWS = {1, 8};

  // Measured with tiny and base, see docs/performance.md. In float32 the runtime packs the weights
  // anew for each batch, which more tokens have to pay for.
  private static final int TOKENS_OF_A_CORE = 2048;
  private static final int FLOAT32_BYTES_OF_A_CORE = 12 * 1024 * 1024;
  private static final int INT8_BYTES_OF_A_CORE = 4 * 1024 * 1024;
  private static final int BYTES_OF_ALL_CORES = 24 * 1024 * 1024;

  private final DistilBertConfig config;
  private final DistilBertProgram program;
  private final InferenceOptions options;
  private final ReviewTokenizer tokenizer;
  private final double temperature;
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private Classifier(
      DistilBertConfig config,
      DistilBertProgram program,
      InferenceOptions options,
      ReviewTokenizer tokenizer,
      double temperature) {
    this.config = config;
    this.program = program;
    this.options = options;
    this.tokenizer = tokenizer;
    this.temperature = temperature;
  }

  /**
   * Opens a checkpoint in Hugging Face's layout.
   *
   * @param maxLength most tokens of a text; lowered to the model's positions
   * @throws IOException when a file is missing or damaged
   * @throws ModelException when the folder holds a model of another kind, or its files do not fit
   *     each other
   */
  public static Classifier open(Path checkpointFolder, int maxLength) throws IOException {
    return open(checkpointFolder, InferenceOptions.of(maxLength));
  }

  /** As above, to serve as the options say. */
  public static Classifier open(Path checkpointFolder, InferenceOptions options)
      throws IOException {
    DistilBertConfig config = DistilBertConfig.read(checkpointFolder);
    double temperature = CalibrationFile.read(checkpointFolder);
    ReviewTokenizer tokenizer =
        ReviewTokenizer.open(
            checkpointFolder, Math.min(options.maxLength(), config.maxPositions()));
    boolean opened = false;
    try (WeightFile weights = WeightFile.open(checkpointFolder)) {
      if (tokenizer.vocabularySize() > config.vocabSize()) {
        throw new ModelException(
            checkpointFolder
                + " has a tokenizer of "
                + tokenizer.vocabularySize()
                + " entries and a model of "
                + config.vocabSize());
      }
      DistilBertProgram program =
          DistilBertProgram.load(config, options.precision(), weights::read);
      opened = true;
      return new Classifier(config, program, options, tokenizer, temperature);
    } finally {
      if (!opened) {
        tokenizer.close();
      }
    }
  }

  /** The classes; the order is that of the columns of {@link #classify}. */
  public List<String> labels() {
    return config.labels();
  }

  /** The model's configuration. */
  public DistilBertConfig config() {
    return config;
  }

  /** The tokenizer of this checkpoint; closed with the classifier. */
  public ReviewTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Class probabilities of a batch at the checkpoint's temperature; lengths may differ at no cost.
   *
   * @param batch texts of this classifier's tokenizer; may be empty
   * @return shape [texts][classes], rows in the order of the batch, each summing to 1
   * @throws ModelException when a text is longer than the model's positions, an id is outside the
   *     vocabulary, the native runtime fails, or the classifier is closed
   * @throws ModelMemoryException when native memory does not suffice for a batch of this size
   */
  public float[][] classify(List<TokenizedText> batch) {
    if (batch.isEmpty()) {
      return new float[0][];
    }
    float[] logits = logits(batch);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (logits[i] / temperature);
    }
    return Probabilities.softmax(logits, batch.size(), labels().size());
  }

  private float[] logits(List<TokenizedText> texts) {
    use.readLock().lock();
    try {
      return program.logits(PackedBatch.of(texts, config));
    } finally {
      use.readLock().unlock();
    }
  }

  /** Runs the model a few times on made-up texts: the first calls of a program are slow. */
  public void warmUp() {
    for (int rows : WARM_UP_ROWS) {
      for (int repeat = 0; repeat < 3; repeat++) {
        List<TokenizedText> batch = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
          long[] ids = new long[Math.min(tokenizer.maxLength(), 16 + row)];
          Arrays.fill(ids, config.padTokenId());
          batch.add(new TokenizedText(ids, false));
        }
        classify(batch);
      }
    }
  }

  /** Batches of it that are to be computed side by side, see {@link ForwardWorkers}. */
  public int workers() {
    return options.workers();
  }

  /**
   * Tokens of a batch beyond which more do not pay: what a layer holds of them between its two
   * largest products no longer fits into the caches of the core that computes it, or of all.
   */
  public int tokensAtOnce() {
    int bytesOfAToken = Float.BYTES * config.hiddenWidth();
    if (options.workers() == 1 && TorchRuntime.threads() > 1) {
      return BYTES_OF_ALL_CORES / bytesOfAToken;
    }
    int bytes =
        options.precision() == Precision.INT8 ? INT8_BYTES_OF_A_CORE : FLOAT32_BYTES_OF_A_CORE;
    return Math.min(TOKENS_OF_A_CORE, bytes / bytesOfAToken);
  }

  /** The number of weights. */
  public long parameterCount() {
    return program.parameterCount();
  }

  /** Frees the native memory; waits for the batches that run. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      program.close();
      tokenizer.close();
    } finally {
      use.writeLock().unlock();
    }
  }
}
