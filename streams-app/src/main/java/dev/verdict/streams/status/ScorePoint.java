package dev.verdict.streams.status;

import dev.verdict.contract.Evaluation;

/**
 * A published score.
 *
 * @param at when it was published, milliseconds since 1970
 * @param low lower end of the 95% interval of macro F1
 * @param high upper end of it
 * @param labels that the window held
 */
public record ScorePoint(long at, double macroF1, double low, double high, long labels) {
  static ScorePoint of(Evaluation evaluation) {
    return new ScorePoint(
        evaluation.evaluatedAt().toEpochMilli(),
        evaluation.macroF1(),
        evaluation.macroF1Interval().low(),
        evaluation.macroF1Interval().high(),
        evaluation.labels());
  }
}
