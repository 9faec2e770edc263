package dev.verdict.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The configuration of a DistilBERT sequence classifier, Hugging Face's {@code config.json}. The
 * activation is always the exact GELU.
 *
 * @param vocabSize {@code vocab_size}
 * @param maxPositions {@code max_position_embeddings}: most tokens of a text
 * @param sinusoidalPositions {@code sinusoidal_pos_embds}: position embeddings are fixed
 * @param layers {@code n_layers}
 * @param heads {@code n_heads}; divides {@code width}
 * @param width {@code dim}
 * @param hiddenWidth {@code hidden_dim}: width of the feed-forward layers
 * @param dropout {@code dropout}, 0 to 1
 * @param attentionDropout {@code attention_dropout}, 0 to 1
 * @param headDropout {@code seq_classif_dropout}, 0 to 1
 * @param initializerRange {@code initializer_range}: standard deviation of random weights
 * @param padTokenId {@code pad_token_id}
 * @param labels the classes in the order of {@code id2label}
 */
@SuppressWarnings("DoNotCallSuggester")
public record DistilBertConfig(
    int vocabSize,
    int maxPositions,
    boolean sinusoidalPositions,
    int layers,
    int heads,
    int width,
    int hiddenWidth,
    double dropout,
    double attentionDropout,
    double headDropout,
    double initializerRange,
    int padTokenId,
    List<String> labels) {

  public DistilBertConfig {
    labels = List.copyOf(labels);
  }

  /**
   * Reads {@code config.json} of a folder; fields it does not know are ignored.
   *
   * @throws ModelException naming the field when one is missing, impossible or not supported
   */
  public static DistilBertConfig read(Path folder) throws IOException {
    throw new UnsupportedOperationException(folder.toString());
  }

  /** Writes {@code config.json} into a folder. */
  public void write(Path folder) throws IOException {
    throw new UnsupportedOperationException(folder.toString());
  }

  /** The same model with other classes. */
  public DistilBertConfig withLabels(List<String> newLabels) {
    return new DistilBertConfig(
        vocabSize,
        maxPositions,
        sinusoidalPositions,
        layers,
        heads,
        width,
        hiddenWidth,
        dropout,
        attentionDropout,
        headDropout,
        initializerRange,
        padTokenId,
        newLabels);
  }

  /** The same model with other rates of dropout, each 0 to 1. */
  public DistilBertConfig withDropout(double all, double attention, double head) {
    return new DistilBertConfig(
        vocabSize,
        maxPositions,
        sinusoidalPositions,
        layers,
        heads,
        width,
        hiddenWidth,
        all,
        attention,
        head,
        initializerRange,
        padTokenId,
        labels);
  }
}
