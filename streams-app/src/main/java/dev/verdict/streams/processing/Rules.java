package dev.verdict.streams.processing;

import dev.verdict.drift.DetectorConfig;
import dev.verdict.evaluation.ChallengerTrial;
import dev.verdict.evaluation.RetrainPolicy;
import java.time.Duration;

/**
 * By what is decided on the scores.
 *
 * @param repeat after which a decision not to retrain is told again though nothing has changed, and
 *     where a trial stands
 * @param detector that reads the champion's errors
 */
public record Rules(
    RetrainPolicy retrain, Duration repeat, DetectorConfig detector, ChallengerTrial trial) {}
