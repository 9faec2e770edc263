package dev.verdict.model;

import dev.verdict.text.TokenizedText;
import java.util.Arrays;
import java.util.List;

/**
 * Texts side by side, padded to the longest.
 *
 * @param ids shape [rows][tokens], flattened
 * @param lengths tokens of each row without padding; empty when no row is padded
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to native memory at once, compared nowhere.
record PaddedBatch(int rows, int tokens, long[] ids, long[] lengths) {

  /**
   * Pads a batch.
   *
   * @throws ModelException when a text has no tokens or more than the model's positions, or an id
   *     is outside the vocabulary: the native runtime would read foreign memory or end the process
   */
  static PaddedBatch of(List<TokenizedText> texts, DistilBertConfig config) {
    int rows = texts.size();
    int tokens = 0;
    int real = 0;
    for (TokenizedText text : texts) {
      if (text.length() < 1 || text.length() > config.maxPositions()) {
        throw new ModelException(
            "A text has "
                + text.length()
                + " tokens, the model takes 1 to "
                + config.maxPositions());
      }
      tokens = Math.max(tokens, text.length());
      real += text.length();
    }
    long[] ids = new long[Math.multiplyExact(rows, tokens)];
    long[] lengths = new long[real == ids.length ? 0 : rows];
    for (int row = 0; row < rows; row++) {
      long[] text = texts.get(row).ids();
      for (int i = 0; i < text.length; i++) {
        if (text[i] < 0 || text[i] >= config.vocabSize()) {
          throw new ModelException(
              "A text holds token "
                  + text[i]
                  + ", the model knows 0 to "
                  + (config.vocabSize() - 1));
        }
        ids[row * tokens + i] = text[i];
      }
      Arrays.fill(ids, row * tokens + text.length, (row + 1) * tokens, config.padTokenId());
      if (lengths.length > 0) {
        lengths[row] = text.length;
      }
    }
    return new PaddedBatch(rows, tokens, ids, lengths);
  }

  /** As it is named in errors. */
  @Override
  public String toString() {
    return "a batch of " + rows + " texts of " + tokens + " tokens";
  }
}
