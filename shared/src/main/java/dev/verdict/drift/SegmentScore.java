package dev.verdict.drift;

/**
 * How a segment of the reviews, such as a product line, does.
 *
 * @param macroF1 of its labelled reviews, 0 to 1
 * @param support its labelled reviews
 */
public record SegmentScore(double macroF1, long support) {}
