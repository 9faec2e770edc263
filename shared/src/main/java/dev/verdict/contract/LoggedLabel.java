package dev.verdict.contract;

import java.time.Instant;

/**
 * A record of {@code graded-predictions} with its place.
 *
 * @param id of the review, the record's key
 * @param offset in the topic's one partition
 * @param writtenAt the record's time, at which the label met its prediction
 */
public record LoggedLabel(String id, long offset, Instant writtenAt, GradedPrediction graded) {}
