package dev.verdict.trainer.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Batches of texts of like length, so that little is padded, in an order that is still random:
 * shuffle, cut into mega-batches of some fifty batches, sort each by length, cut into batches, and
 * shuffle those. As {@code group_by_length} of Hugging Face's Trainer, with the batches shuffled
 * too.
 */
public final class LengthGroupedBatches {
  private static final int MEGA_BATCH = 50;

  private LengthGroupedBatches() {}

  /**
   * The batches of one epoch.
   *
   * @param lengths tokens of each text
   * @param rows texts a batch; one batch may have fewer
   * @param random gives the order
   * @return batches of indexes into {@code lengths}, every index once
   */
  public static List<List<Integer>> plan(int[] lengths, int rows, Random random) {
    if (rows < 1) {
      throw new IllegalArgumentException("Rows of a batch are " + rows + ", must be at least 1");
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, lengths.length).boxed().toList());
    Collections.shuffle(order, random);
    // Few examples make at least four mega-batches: one alone would group the same texts in every
    // epoch.
    int megaRows = rows * Math.max(1, Math.min(MEGA_BATCH, lengths.length / (4 * rows)));
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < order.size(); from += megaRows) {
      List<Integer> mega = order.subList(from, Math.min(order.size(), from + megaRows));
      mega.sort(Comparator.comparingInt(index -> lengths[index]));
      for (int start = 0; start < mega.size(); start += rows) {
        batches.add(List.copyOf(mega.subList(start, Math.min(mega.size(), start + rows))));
      }
    }
    Collections.shuffle(batches, random);
    return batches;
  }
}
