package dev.verdict.trainer.training;

import dev.verdict.config.TrainingRecipe.Batches;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Batches of texts of like length, so that attention takes many at once, in an order that is still
 * random: shuffle, cut into mega-batches of some fifty batches, sort each by length, cut into
 * batches, and shuffle those. As {@code group_by_length} of Hugging Face's Trainer, with the
 * batches shuffled too.
 */
public final class LengthGroupedBatches {
  private static final int MEGA_BATCH = 50;

  private LengthGroupedBatches() {}

  /**
   * The batches of one epoch.
   *
   * @param lengths tokens of each text
   * @param size what a batch holds at most; a text longer than its tokens is a batch of its own
   * @param random gives the order
   * @return batches of indexes into {@code lengths}, every index once
   */
  public static List<List<Integer>> plan(int[] lengths, Batches size, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, lengths.length).boxed().toList());
    Collections.shuffle(order, random);
    int rows = usualRows(lengths, size);
    // Few examples make at least four mega-batches: one alone would group the same texts in every
    // epoch.
    int megaRows = rows * Math.max(1, Math.min(MEGA_BATCH, lengths.length / (4 * rows)));
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < order.size(); from += megaRows) {
      List<Integer> mega = order.subList(from, Math.min(order.size(), from + megaRows));
      mega.sort(Comparator.comparingInt(index -> lengths[index]));
      int start = 0;
      long tokens = 0;
      for (int end = 0; end < mega.size(); end++) {
        int length = lengths[mega.get(end)];
        if (end > start && !fits(end + 1 - start, tokens + length, size)) {
          batches.add(List.copyOf(mega.subList(start, end)));
          start = end;
          tokens = 0;
        }
        tokens += length;
      }
      batches.add(List.copyOf(mega.subList(start, mega.size())));
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  private static boolean fits(int rows, long tokens, Batches size) {
    return rows <= size.rows() && (size.tokens() == 0 || tokens <= size.tokens());
  }

  /** Rows of a batch of texts of the mean length. */
  private static int usualRows(int[] lengths, Batches size) {
    if (size.tokens() == 0 || lengths.length == 0) {
      return size.rows();
    }
    double mean = IntStream.of(lengths).average().orElseThrow();
    return Math.max(1, (int) Math.min(size.rows(), size.tokens() / mean));
  }
}
