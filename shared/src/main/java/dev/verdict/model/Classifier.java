package dev.verdict.model;

import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A served model: its weights, classes and tokenizer. Owns native memory until closed. Several may
 * be open at once. Calls may come from any thread, one at a time; the {@link #tokenizer()} is safe
 * for several threads.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Classifier implements AutoCloseable {
  private Classifier() {}

  /**
   * Opens a checkpoint in Hugging Face's layout.
   *
   * @param maxLength most tokens of a text; lowered to the model's positions
   * @throws IOException when a file is missing or damaged
   * @throws ModelException when the folder holds a model of another kind
   */
  public static Classifier open(Path checkpointFolder, int maxLength) throws IOException {
    throw new UnsupportedOperationException(checkpointFolder + " " + maxLength);
  }

  /** The classes; the order is that of the columns of {@link #classify}. */
  public List<String> labels() {
    throw new UnsupportedOperationException();
  }

  public DistilBertConfig config() {
    throw new UnsupportedOperationException();
  }

  public ReviewTokenizer tokenizer() {
    throw new UnsupportedOperationException();
  }

  /**
   * Class probabilities of a batch, padded to its longest text.
   *
   * @param batch texts of this classifier's tokenizer; may be empty
   * @return shape [texts][classes], rows in the order of the batch, each summing to 1
   * @throws ModelException when a text is longer than the model's positions, an id is outside the
   *     vocabulary, the native runtime fails, or the classifier is closed
   */
  public float[][] classify(List<TokenizedText> batch) {
    throw new UnsupportedOperationException(batch.toString());
  }

  /** Runs the model a few times on made-up texts: the first calls of a program are slow. */
  public void warmUp() {}

  public long parameterCount() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
