package dev.verdict.text;

import java.util.Arrays;

/**
 * One text as token ids.
 *
 * @param ids shape [length], with the leading [CLS] and the trailing [SEP], without padding; owned
 *     by this record, not to be changed
 * @param truncated whether tokens were dropped to meet the tokenizer's maximum length
 */
@SuppressWarnings("ArrayRecordComponent") // Millions of these live for milliseconds; boxing costs.
public record TokenizedText(long[] ids, boolean truncated) {

  /** The number of tokens, special tokens included. */
  public int length() {
    return ids.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenizedText that
        && truncated == that.truncated
        && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Boolean.hashCode(truncated);
  }

  @Override
  public String toString() {
    return "TokenizedText[ids=" + Arrays.toString(ids) + ", truncated=" + truncated + "]";
  }
}
