package dev.verdict.cli.bench;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.FlopCount;
import dev.verdict.text.TokenizedText;
import java.util.List;
import java.util.Random;

/**
 * Reviews as token ids.
 *
 * @param id as a part of an id
 * @param title as people read it
 * @param texts one a review
 */
record EncodedReviews(String id, String title, List<TokenizedText> texts) {

  /** Random tokens, all rows of one length: a batch without padding. */
  static EncodedReviews full(int rows, int length, int vocabulary, long seed) {
    Random random = new Random(seed);
    List<TokenizedText> texts =
        random
            .ints(rows)
            .mapToObj(
                row -> new TokenizedText(random.longs(length, 5, vocabulary).toArray(), false))
            .toList();
    return new EncodedReviews(
        rows + "x" + length, rows + " x " + length + " tokens without padding", texts);
  }

  /** Packs them. */
  List<List<TokenizedText>> batches(BatchPlanner planner) {
    return planner.plan(lengths()).stream()
        .map(batch -> batch.stream().map(texts::get).toList())
        .toList();
  }

  /** Operations that the texts themselves need: what is done for padding counts as nothing. */
  long operations(DistilBertConfig config) {
    return FlopCount.forward(config, lengths());
  }

  /** Tokens without padding. */
  long tokens() {
    return texts.stream().mapToLong(TokenizedText::length).sum();
  }

  /** Share of the tokens of these batches that is padding. */
  static double padding(List<List<TokenizedText>> batches) {
    long padded =
        batches.stream()
            .mapToLong(
                batch ->
                    (long) batch.size()
                        * batch.stream().mapToInt(TokenizedText::length).max().orElseThrow())
            .sum();
    long tokens = batches.stream().flatMap(List::stream).mapToLong(TokenizedText::length).sum();
    return 1 - (double) tokens / padded;
  }

  private int[] lengths() {
    return texts.stream().mapToInt(TokenizedText::length).toArray();
  }
}
