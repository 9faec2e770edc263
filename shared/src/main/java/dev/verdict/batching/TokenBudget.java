package dev.verdict.batching;

/**
 * How many tokens a batch may have while memory is short: halved when a batch did not fit, raised
 * by a little with every good one, as TCP does with its window (<a
 * href="https://www.rfc-editor.org/rfc/rfc5681">RFC 5681</a>).
 *
 * <p>Example: a limit of 8,192 tokens and a batch of 6,000 that did not fit give a budget of 3,000;
 * each batch of at least half the budget that fits then adds 64, so the limit is reached again
 * after 82 of them. Where memory stays short, no more than one batch in about 64 is tried in vain.
 */
public final class TokenBudget {
  /** Good batches that raise the budget from nothing to the limit. */
  private static final int STEPS = 128;

  private final int limit;
  private int tokens;

  /**
   * @param limit the budget when memory suffices
   */
  public TokenBudget(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit is " + limit + ", must be at least 1");
    }
    this.limit = limit;
    this.tokens = limit;
  }

  /** Tokens that a batch may have now. */
  public int tokens() {
    return tokens;
  }

  /**
   * A batch did not fit into memory.
   *
   * @param batchTokens its tokens
   * @param longestRow its longest row, below which no budget helps
   */
  public void exceeded(long batchTokens, int longestRow) {
    long half = Math.min(tokens, batchTokens) / 2;
    tokens = (int) Math.min(limit, Math.max(half, Math.max(longestRow, 1)));
  }

  /** A batch fitted that may have been as large as the budget. */
  public void fitted(long batchTokens) {
    fitted(batchTokens, limit);
  }

  /**
   * A batch fitted. One of less than half the budget does not show that more would, unless none is
   * ever larger.
   *
   * @param batchTokens its tokens
   * @param largest tokens of a batch whatever the budget
   */
  public void fitted(long batchTokens, int largest) {
    if (tokens < limit && batchTokens * 2 >= Math.min(tokens, largest)) {
      tokens = Math.min(limit, tokens + Math.max(1, limit / STEPS));
    }
  }
}
