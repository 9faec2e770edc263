package dev.verdict.contract;

import java.time.Instant;
import java.util.Map;

/**
 * The label given to a review, the value of the {@code predictions} topic; its key is the review
 * id.
 *
 * @param label the most probable class
 * @param probability of {@code label}, 0 to 1
 * @param probabilities of every class in the model's order, summing to 1
 * @param modelVersion the checkpoint that scored the review
 * @param reviewTimestamp event time of the review
 * @param predictedAt when the prediction was made
 * @param truncated whether the text was longer than the model reads
 * @param seenInTraining whether {@code modelVersion} was trained on reviews up to this one; such a
 *     prediction never counts in F1
 */
public record Prediction(
    String label,
    double probability,
    Map<String, Double> probabilities,
    String modelVersion,
    Instant reviewTimestamp,
    Instant predictedAt,
    boolean truncated,
    boolean seenInTraining) {}
