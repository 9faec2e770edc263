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
 *
 * <p>Where several batches are computed side by side, few texts are spread evenly over as many.
 * Example: the same lengths for two at a time make (1) of 100 and (3, 2, 0) of 97.
 */
public final class BatchPlanner {
  /** Fewer tokens than that are not worth a batch of their own. */
  private static final int LEAST_TOKENS = 64;

  private final int maxTokens;
  private final int maxRows;
  private final int sideBySide;

  public BatchPlanner(BatchLimits limits) {
    this(limits.maxTokens(), limits.maxRows());
  }

  /**
   * @param maxTokens of a batch; a single longer row is a batch of its own
   * @param maxRows of a batch
   */
  public BatchPlanner(int maxTokens, int maxRows) {
    this(maxTokens, maxRows, 1);
  }

  /**
   * @param maxTokens of a batch; a single longer row is a batch of its own
   * @param maxRows of a batch
   * @param sideBySide batches that are computed at the same time
   */
  public BatchPlanner(int maxTokens, int maxRows, int sideBySide) {
    if (maxTokens < 1 || maxRows < 1 || sideBySide < 1) {
      throw new IllegalArgumentException(
          "maxTokens is %d, maxRows %d and sideBySide %d, all must be at least 1"
              .formatted(maxTokens, maxRows, sideBySide));
    }
    this.maxTokens = maxTokens;
    this.maxRows = maxRows;
    this.sideBySide = sideBySide;
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
    double enough = enough(lengths);
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    long planned = 0;
    long tokens = 0;
    for (int index : longestFirst) {
      // A text goes where more of it belongs.
      double share = planned + tokens + lengths[index] / 2.0;
      if (!batch.isEmpty()
          && (batch.size() == maxRows
              || tokens + lengths[index] > maxTokens
              || share > (batches.size() + 1) * enough)) {
        batches.add(List.copyOf(batch));
        batch.clear();
        planned += tokens;
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

  /** Tokens of a batch so that each of those side by side gets as many batches as the others. */
  private double enough(int[] lengths) {
    if (sideBySide == 1) {
      return Double.POSITIVE_INFINITY;
    }
    long tokens = IntStream.of(lengths).asLongStream().sum();
    // No batch is filled to the last token.
    int filled = maxTokens - IntStream.of(lengths).max().orElse(0) / 2;
    long rounds =
        Math.max(
            ceilDiv(tokens, (long) Math.max(1, filled) * sideBySide),
            Math.max(1, ceilDiv(lengths.length, (long) maxRows * sideBySide)));
    long batches = Math.min(rounds * sideBySide, Math.max(1, tokens / LEAST_TOKENS));
    return (double) tokens / batches;
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /**
   * Plans as {@link #plan(int[])} and says why each batch closed: the last as the gathering did,
   * and those before because there was more than they may have, unless all are only the shares of
   * what is computed side by side.
   *
   * @param rest why nothing more was gathered
   */
  public List<PlannedBatch> plan(int[] lengths, CloseReason rest) {
    List<List<Integer>> batches = plan(lengths);
    CloseReason before = batches.size() <= sideBySide && sideBySide > 1 ? rest : CloseReason.FULL;
    List<PlannedBatch> planned = new ArrayList<>(batches.size());
    for (int i = 0; i < batches.size(); i++) {
      planned.add(new PlannedBatch(batches.get(i), i + 1 < batches.size() ? before : rest));
    }
    return planned;
  }
}
