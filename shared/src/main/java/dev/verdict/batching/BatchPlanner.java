package dev.verdict.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Packs texts into batches by a budget of tokens. Sorting by length first brings texts of one
 * length together, which the model's attention takes at once.
 *
 * <p>Example: lengths 3, 100, 4, 90 under a budget of 190 tokens make the batches (1, 3) of 190
 * tokens and (2, 0) of 7.
 */
public final class BatchPlanner {
  private final int maxTokens;
  private final int maxRows;

  public BatchPlanner(BatchLimits limits) {
    this(limits.maxTokens(), limits.maxRows());
  }

  /**
   * @param maxTokens of a batch; a single longer row is a batch of its own
   * @param maxRows of a batch
   */
  public BatchPlanner(int maxTokens, int maxRows) {
    if (maxTokens < 1 || maxRows < 1) {
      throw new IllegalArgumentException(
          "maxTokens is %d and maxRows %d, both must be at least 1".formatted(maxTokens, maxRows));
    }
    this.maxTokens = maxTokens;
    this.maxRows = maxRows;
  }

  /**
   * Plans every text into exactly one batch, longest batches first.
   *
   * @param lengths tokens of each text
   * @return batches of indexes into {@code lengths}, each sorted from its longest row
   */
  public List<List<Integer>> plan(int[] lengths) {
    List<Integer> longestFirst =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer index) -> -lengths[index]))
            .toList();
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    long tokens = 0;
    for (int index : longestFirst) {
      if (!batch.isEmpty() && (batch.size() == maxRows || tokens + lengths[index] > maxTokens)) {
        batches.add(List.copyOf(batch));
        batch.clear();
        tokens = 0;
      }
      batch.add(index);
      tokens += lengths[index];
    }
    if (!batch.isEmpty()) {
      batches.add(List.copyOf(batch));
    }
    return batches;
  }

  /**
   * Plans as {@link #plan(int[])} and says why each batch closed: all but the last are full.
   *
   * @param rest why nothing more was gathered
   */
  public List<PlannedBatch> plan(int[] lengths, CloseReason rest) {
    List<List<Integer>> batches = plan(lengths);
    List<PlannedBatch> planned = new ArrayList<>(batches.size());
    for (int i = 0; i < batches.size(); i++) {
      planned.add(
          new PlannedBatch(batches.get(i), i + 1 < batches.size() ? CloseReason.FULL : rest));
    }
    return planned;
  }
}
