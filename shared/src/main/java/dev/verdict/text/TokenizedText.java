package dev.verdict.text;

import java.util.Arrays;

/**
 * One text as token ids.
 *
 * @param ids shape [length], with the leading [CLS] and the trailing [SEP], without padding; owned
 *     by this record, not to be changed
 * @param truncated whether tokens were dropped to meet the tokenizer's maximum length
 * @param unknown how many of the ids stand for a word outside the vocabulary
 */
@SuppressWarnings("ArrayRecordComponent") // There are millions of these; boxing costs.
public record TokenizedText(long[] ids, boolean truncated, int unknown) {
  /** [CLS] and [SEP]. */
  private static final int SPECIAL = 2;

  /** A text of known words. */
  public TokenizedText(long[] ids, boolean truncated) {
    this(ids, truncated, 0);
  }

  /** The number of tokens, special tokens included. */
  public int length() {
    return ids.length;
  }

  /** The number of tokens of the text itself, without the two special ones around it. */
  public int contentLength() {
    return Math.max(0, ids.length - SPECIAL);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenizedText that
        && truncated == that.truncated
        && unknown == that.unknown
        && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(ids) + Boolean.hashCode(truncated)) + unknown;
  }

  @Override
  public String toString() {
    return "TokenizedText[ids=%s, truncated=%s, unknown=%d]"
        .formatted(Arrays.toString(ids), truncated, unknown);
  }
}
