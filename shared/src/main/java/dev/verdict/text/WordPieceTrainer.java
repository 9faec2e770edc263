package dev.verdict.text;

import java.util.List;

/**
 * Learns an uncased WordPiece vocabulary from texts.
 *
 * @param maxEntries most entries of the vocabulary, special tokens included
 */
@SuppressWarnings("DoNotCallSuggester")
public record WordPieceTrainer(int maxEntries) {
  /** Entries of a vocabulary where nothing else was asked for. */
  public static final int DEFAULT_MAX_ENTRIES = 12_000;

  /**
   * Learns the vocabulary. The same texts in any order give the same vocabulary.
   *
   * @return the entries, each at the index that is its id; {@code [PAD]}, {@code [UNK]}, {@code
   *     [CLS]}, {@code [SEP]}, {@code [MASK]} come first
   */
  public List<String> train(Iterable<String> texts) {
    throw new UnsupportedOperationException(String.valueOf(texts));
  }
}
