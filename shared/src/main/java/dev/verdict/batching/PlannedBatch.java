package dev.verdict.batching;

import java.util.List;

/**
 * A batch to run.
 *
 * @param rows indexes of its texts, longest first
 * @param closed why it holds no more
 */
public record PlannedBatch(List<Integer> rows, CloseReason closed) {}
