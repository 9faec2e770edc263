package dev.verdict.cli.replay;

import dev.verdict.contract.Evaluation.Interval;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a retrain policy needs of a record of {@code evaluations}.
 *
 * @param segment absent in the scores of all reviews of the version
 * @param labels in the window
 * @param labelsTotal graded for the version so far, where it was recorded
 */
record EvaluationPoint(
    String model,
    String modelVersion,
    String window,
    Optional<String> segment,
    long labels,
    OptionalLong labelsTotal,
    double macroF1,
    Interval macroF1Interval,
    Instant evaluatedAt) {}
