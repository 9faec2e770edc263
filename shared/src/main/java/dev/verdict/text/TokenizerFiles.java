package dev.verdict.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The tokenizer's files of a checkpoint, in Hugging Face's layout. */
@SuppressWarnings("DoNotCallSuggester")
public final class TokenizerFiles {
  /** Every file that {@link #write} writes and that a checkpoint with a tokenizer may hold. */
  public static final List<String> NAMES =
      List.of("tokenizer.json", "tokenizer_config.json", "vocab.txt");

  private TokenizerFiles() {}

  /**
   * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code vocab.txt} of an
   * uncased WordPiece tokenizer, as {@code AutoTokenizer.from_pretrained} reads them.
   *
   * @param vocabulary entries by id, as {@link WordPieceTrainer#train} returns them
   * @param maxPositions most tokens that the model can take
   */
  public static void write(Path folder, List<String> vocabulary, int maxPositions)
      throws IOException {
    throw new UnsupportedOperationException(folder + " " + vocabulary + " " + maxPositions);
  }

  /** Copies those of {@link #NAMES} that exist from one folder to another. */
  public static void copy(Path from, Path to) throws IOException {
    throw new UnsupportedOperationException(from + " " + to);
  }
}
