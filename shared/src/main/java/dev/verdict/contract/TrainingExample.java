package dev.verdict.contract;

import java.time.Instant;

/**
 * A labelled review that was tested before it may be trained on, the value of {@code
 * training-examples}; its key is the review id.
 */
public record TrainingExample(
    String text,
    String label,
    String predicted,
    String modelVersion,
    Instant reviewTimestamp,
    Instant labeledAt) {}
