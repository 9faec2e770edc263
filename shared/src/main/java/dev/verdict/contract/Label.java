package dev.verdict.contract;

import java.time.Instant;
import java.util.Optional;

/**
 * The true class of a review. Its key on the topic of labels is the review id.
 *
 * @param label one of the model's classes
 * @param labeledAt when it was given
 * @param source who gave it
 */
public record Label(String label, Optional<Instant> labeledAt, Optional<String> source) {}
