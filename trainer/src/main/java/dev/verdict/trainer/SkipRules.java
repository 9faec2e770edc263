package dev.verdict.trainer;

import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.RetrainRequest.Trigger;
import dev.verdict.contract.TrainingRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which requests are not worth a run. What people ask for by hand is skipped only where it was
 * answered before or there is nothing new to learn from.
 *
 * @param history of the model's runs
 * @param cooldown least time between two requests that nobody made by hand
 */
record SkipRules(RunHistory history, Duration cooldown) {

  /**
   * Why a request is skipped, or empty.
   *
   * @param requestedAt by the request itself, or when it was written
   * @param ends next offset by partition of the training examples by now
   */
  Optional<String> reason(
      RetrainRequest request,
      Instant requestedAt,
      ModelManifest champion,
      Map<Integer, Long> ends) {
    if (history.contains(request.requestId())) {
      return Optional.of("request " + request.requestId() + " was answered before");
    }
    boolean byHand = request.trigger() == Trigger.MANUAL;
    if (!byHand && requestedAt.isBefore(champion.createdAt())) {
      return Optional.of("champion " + champion.version() + " was published since");
    }
    Optional<TrainingRun> last = history.lastTrained();
    if (last.filter(run -> run.examplesThrough().equals(ends)).isPresent()) {
      return Optional.of("no new labels since run " + last.get().runId());
    }
    if (byHand) {
      return Optional.empty();
    }
    return last.flatMap(run -> reason(run, requestedAt));
  }

  private Optional<String> reason(TrainingRun last, Instant requestedAt) {
    if (requestedAt.isBefore(last.updatedAt())) {
      return Optional.of("asked for while run %s was under way".formatted(last.runId()));
    }
    return last.requestedAt()
        .map(before -> before.plus(cooldown))
        .filter(requestedAt::isBefore)
        .map(
            end ->
                "within the cooldown of %d s after the request of run %s"
                    .formatted(cooldown.toSeconds(), last.runId()));
  }
}
