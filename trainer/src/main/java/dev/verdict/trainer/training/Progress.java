package dev.verdict.trainer.training;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Where a run stands after a step.
 *
 * @param step steps done
 * @param steps of the whole run, if it is not stopped early
 * @param epoch epochs done, in fractions
 * @param learningRate of the last step
 * @param loss mean cross-entropy of the steps since the last validation, in nats
 * @param validationLoss of the last validation, in nats
 * @param macroF1 of the last validation
 * @param bestMacroF1 best so far on the validation split
 * @param samplesPerSecond training speed, validations left out
 * @param eta time left, validations included
 */
public record Progress(
    int step,
    int steps,
    double epoch,
    double learningRate,
    double loss,
    OptionalDouble validationLoss,
    OptionalDouble macroF1,
    OptionalDouble bestMacroF1,
    double samplesPerSecond,
    Duration eta) {}
