package dev.verdict.trainer.report;

import java.util.OptionalDouble;

/**
 * One moment of a training.
 *
 * @param step steps done
 * @param epoch epochs done, in fractions
 * @param trainingLoss mean cross-entropy since the point before, in nats
 * @param validationLoss in nats, where it was validated
 * @param macroF1 on the validation split, where it was validated
 */
public record CurvePoint(
    int step,
    double epoch,
    double learningRate,
    double trainingLoss,
    OptionalDouble validationLoss,
    OptionalDouble macroF1) {}
