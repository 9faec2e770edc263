package dev.verdict.cli.up;

import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.TrainingRun;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the topics say so far, as a consumer of them sees it.
 *
 * @param labelsMatched labels that met their prediction
 * @param macroF1 of all versions together in the window that decides on retraining, oldest first
 * @param champions in the order in which they were published
 */
record Board(
    long predictions,
    long deadLetters,
    long deadReviews,
    long labelsMatched,
    List<Score> macroF1,
    Optional<Score> championMacroF1,
    List<ModelManifest> champions,
    List<RetrainRequest> requests,
    List<TrainingRun> endedRuns,
    Optional<TrainingRun> activeRun,
    Instant lastChange) {

  /** One published score. */
  record Score(double macroF1, long labels, Instant latestReview) {}

  Optional<ModelManifest> champion() {
    return champions.isEmpty()
        ? Optional.empty()
        : Optional.of(champions.get(champions.size() - 1));
  }

  Optional<Score> latest() {
    return macroF1.isEmpty() ? Optional.empty() : Optional.of(macroF1.get(macroF1.size() - 1));
  }

  /** Whether every retrain request has been answered. */
  boolean trainerIdle() {
    return activeRun.isEmpty()
        && requests.stream()
            .allMatch(
                request ->
                    endedRuns.stream()
                        .anyMatch(run -> run.requestId().equals(request.requestId())));
  }
}
