package dev.verdict.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns reviews into token ids with the {@code tokenizer.json} of a checkpoint, through Hugging
 * Face's own tokenizers library. Safe for use by several threads at once. Never touches a network.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ReviewTokenizer implements AutoCloseable {
  private ReviewTokenizer() {}

  /**
   * Opens the tokenizer of a checkpoint.
   *
   * @param checkpointFolder folder that holds {@code tokenizer.json}
   * @param maxLength most tokens of one text, special tokens included; at least 3
   * @throws IOException when the file is missing, unreadable or no tokenizer
   * @throws IllegalArgumentException when {@code maxLength} is below 3
   */
  public static ReviewTokenizer open(Path checkpointFolder, int maxLength) throws IOException {
    throw new UnsupportedOperationException(checkpointFolder + " " + maxLength);
  }

  /**
   * Encodes texts in one native call.
   *
   * @param texts any strings; unpaired surrogates are read as U+FFFD
   * @return one result a text, in the same order, each of at most {@link #maxLength()} tokens
   */
  public List<TokenizedText> encode(List<String> texts) {
    throw new UnsupportedOperationException(texts.toString());
  }

  /** The id of the padding token. */
  public int padId() {
    throw new UnsupportedOperationException();
  }

  /** Most tokens of one text, special tokens included. */
  public int maxLength() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
