package dev.verdict.batching;

import java.time.Duration;

/**
 * What a batch may hold.
 *
 * @param maxTokens token budget: rows times the longest row, padding included
 * @param maxRows reviews
 * @param maxWait how long the oldest review waits for the batch to fill
 */
public record BatchLimits(int maxTokens, int maxRows, Duration maxWait) {}
