package dev.verdict.model;

import dev.verdict.text.TokenizedText;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts one after another, without padding. All of a model but its attention works on tokens, one
 * by one; attention takes the texts of one length together, so texts are packed from the longest to
 * the shortest. See "Effective Transformer" in Zeng et al. (2022), Boosting distributed training
 * performance of the unpadded BERT model, arXiv:2208.08124.
 *
 * <p>Example: texts of 3, 5 and 3 tokens are packed as the second, the first and the third. Its
 * layout is 3, then where the packed texts begin: 0, 5, 8, then where each text's place among the
 * packed ones is: 1, 0, 2, then the runs of texts of one length: 1 of 5, 2 of 3.
 *
 * @param rows texts
 * @param tokens of all texts together
 * @param longest tokens of the longest text
 * @param ids shape [2][tokens], flattened: the tokens, then the position of each in its text
 * @param layout the number of texts; where each packed text begins; the place of each text among
 *     the packed ones; texts and length of each run
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to native memory at once, compared nowhere.
record PackedBatch(int rows, int tokens, int longest, long[] ids, long[] layout) {

  /**
   * Packs a batch.
   *
   * @throws ModelException when a text has no tokens or more than the model's positions, or an id
   *     is outside the vocabulary: the native runtime would read foreign memory or end the process
   */
  static PackedBatch of(List<TokenizedText> texts, DistilBertConfig config) {
    int tokens = 0;
    for (TokenizedText text : texts) {
      if (text.length() < 1 || text.length() > config.maxPositions()) {
        throw new ModelException(
            "A text has "
                + text.length()
                + " tokens, the model takes 1 to "
                + config.maxPositions());
      }
      tokens = Math.addExact(tokens, text.length());
    }
    int[] longestFirst =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(row -> -texts.get(row).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    long[] ids = new long[2 * tokens];
    int at = 0;
    for (int row : longestFirst) {
      long[] text = texts.get(row).ids();
      for (int i = 0; i < text.length; i++) {
        if (text[i] < 0 || text[i] >= config.vocabSize()) {
          throw new ModelException(
              "A text holds token "
                  + text[i]
                  + ", the model knows 0 to "
                  + (config.vocabSize() - 1));
        }
        ids[at + i] = text[i];
        ids[tokens + at + i] = i;
      }
      at += text.length;
    }
    int longest = texts.isEmpty() ? 0 : texts.get(longestFirst[0]).length();
    return new PackedBatch(texts.size(), tokens, longest, ids, layout(texts, longestFirst));
  }

  private static long[] layout(List<TokenizedText> texts, int[] longestFirst) {
    int rows = texts.size();
    long[] starts = new long[rows];
    long[] places = new long[rows];
    int runs = 0;
    for (int place = 0; place < rows; place++) {
      places[longestFirst[place]] = place;
      int length = texts.get(longestFirst[place]).length();
      int before = place == 0 ? 0 : texts.get(longestFirst[place - 1]).length();
      starts[place] = place == 0 ? 0 : starts[place - 1] + before;
      runs += length == before ? 0 : 1;
    }
    long[] layout = new long[1 + 2 * rows + 2 * runs];
    layout[0] = rows;
    System.arraycopy(starts, 0, layout, 1, rows);
    System.arraycopy(places, 0, layout, 1 + rows, rows);
    int run = 1 + 2 * rows - 2;
    for (int place = 0; place < rows; place++) {
      int length = texts.get(longestFirst[place]).length();
      if (place == 0 || length != texts.get(longestFirst[place - 1]).length()) {
        run += 2;
        layout[run + 1] = length;
      }
      layout[run]++;
    }
    return layout;
  }

  /** Where a text begins among the packed tokens. */
  long start(int row) {
    return layout[1 + (int) layout[1 + rows + row]];
  }

  /** As it is named in errors. */
  @Override
  public String toString() {
    return "a batch of " + rows + " texts of up to " + longest + " tokens";
  }
}
