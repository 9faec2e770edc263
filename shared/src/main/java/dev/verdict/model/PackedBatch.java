package dev.verdict.model;

import dev.verdict.text.TokenizedText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts one after another, without padding. All of a model but its attention works on tokens, one
 * by one; attention takes a run of texts together, all of one length or nearly so, so texts are
 * packed from the longest to the shortest. See "Effective Transformer" in Zeng et al. (2022),
 * Boosting distributed training performance of the unpadded BERT model, arXiv:2208.08124.
 *
 * <p>Example: texts of 3, 5 and 3 tokens are packed as the second, the first and the third. Its
 * layout is 3, then where the packed texts begin: 0, 5, 8, then where each text's place among the
 * packed ones is: 1, 0, 2, then their lengths: 5, 3, 3, then the runs: 1 text of up to 5, which has
 * 5 tokens, and 2 of up to 3, which have 6.
 *
 * @param rows texts
 * @param tokens of all texts together
 * @param longest tokens of the longest text
 * @param ids shape [2][tokens], flattened: the tokens, then the position of each in its text
 * @param layout the number of texts; where each packed text begins; the place of each text among
 *     the packed ones; the length of each packed text; texts, longest and tokens of each run
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to native memory at once, compared nowhere.
record PackedBatch(int rows, int tokens, int longest, long[] ids, long[] layout) {

  /** Numbers of the layout for a run. */
  private static final int RUN = 3;

  /** What the shortest text of a step's run has at least of the longest's tokens. */
  private static final double SHORTEST_OF_A_STEP = 0.7;

  /**
   * Packs a batch to be classified: the texts of a run are equally long, nothing is padded.
   *
   * @throws ModelException when a text has no tokens or more than the model's positions, or an id
   *     is outside the vocabulary: the native runtime would read foreign memory or end the process
   */
  static PackedBatch of(List<TokenizedText> texts, DistilBertConfig config) {
    return of(texts, config, 1);
  }

  /**
   * Packs a batch to learn from: texts of similar lengths are one run. Many small ones would take
   * longer than what is padded, since threads that share each operation wait for one another.
   *
   * @throws ModelException as {@link #of}
   */
  static PackedBatch forStep(List<TokenizedText> texts, DistilBertConfig config) {
    return of(texts, config, SHORTEST_OF_A_STEP);
  }

  /**
   * Packs a batch.
   *
   * @param shortest text of a run, as a share of its longest
   */
  private static PackedBatch of(
      List<TokenizedText> texts, DistilBertConfig config, double shortest) {
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
    return new PackedBatch(
        texts.size(), tokens, longest, ids, layout(texts, longestFirst, shortest));
  }

  private static long[] layout(List<TokenizedText> texts, int[] longestFirst, double shortest) {
    int rows = texts.size();
    long[] layout = new long[1 + (3 + RUN) * rows];
    layout[0] = rows;
    int run = 1 + 3 * rows - RUN;
    int start = 0;
    for (int place = 0; place < rows; place++) {
      int length = texts.get(longestFirst[place]).length();
      layout[1 + place] = start;
      layout[1 + rows + longestFirst[place]] = place;
      layout[1 + 2 * rows + place] = length;
      if (place == 0 || length < shortest * layout[run + 1]) {
        run += RUN;
        layout[run + 1] = length;
      }
      layout[run]++;
      layout[run + 2] += length;
      start += length;
    }
    return Arrays.copyOf(layout, run + RUN);
  }

  /** Texts that attention takes together. */
  @FunctionalInterface
  interface Run {
    /** Takes the number of texts and the tokens of the longest. */
    void accept(int texts, int length);
  }

  /** Goes through the runs in the order in which they are packed. */
  void forEachRun(Run action) {
    for (int run = 1 + 3 * rows; run < layout.length; run += RUN) {
      action.accept((int) layout[run], (int) layout[run + 1]);
    }
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
