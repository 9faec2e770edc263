package dev.verdict.contract;

import java.time.Instant;

/**
 * A served prediction met by its label: one test of prequential evaluation.
 *
 * @param actual the label's class
 * @param predicted the class that was served
 * @param modelVersion the checkpoint that served it
 * @param reviewTimestamp event time of the review, the time of its window
 */
public record GradedPrediction(
    String actual, String predicted, String modelVersion, Instant reviewTimestamp) {}
