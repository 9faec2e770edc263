package dev.verdict.trainer;

import dev.verdict.contract.TrainingRun;
import dev.verdict.contract.TrainingRun.State;
import dev.verdict.trainer.training.Candidate;
import dev.verdict.trainer.training.Progress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is told of one run, from its start to its end.
 *
 * @param runId the same when a request is taken again after a crash
 * @param base what training starts from
 * @param requestedAt absent for the first champion
 */
record RunRecords(String runId, String requestId, String base, Optional<Instant> requestedAt) {

  /** What the ids of a model's runs begin with; a model's name holds no slash. */
  static String prefix(String model) {
    return model + "/";
  }

  TrainingRun accepted() {
    return record(State.ACCEPTED, Optional.empty());
  }

  TrainingRun running(Progress progress) {
    return new TrainingRun(
        runId,
        requestId,
        State.RUNNING,
        Optional.of(base),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.of(progress.step()),
        OptionalLong.of(progress.steps()),
        OptionalDouble.of(progress.epoch()),
        OptionalDouble.of(progress.loss()),
        progress.bestMacroF1(),
        OptionalDouble.of(progress.samplesPerSecond()),
        OptionalDouble.of(progress.eta().toMillis() / 1e3),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        requestedAt,
        Map.of(),
        now());
  }

  /**
   * @param role alias under which the version is published, and why, if not as the settings say
   */
  TrainingRun published(Candidate candidate, String version, String role) {
    return tested(
        State.PUBLISHED,
        candidate,
        candidate.gate().outcome().reason() + "; published as @" + role,
        version);
  }

  TrainingRun rejected(Candidate candidate) {
    return tested(State.REJECTED, candidate, candidate.gate().outcome().reason(), "");
  }

  /** A candidate that was good but came too late. */
  TrainingRun superseded(Candidate candidate, String reason) {
    return tested(State.SKIPPED, candidate, reason, "");
  }

  TrainingRun skipped(String reason) {
    return record(State.SKIPPED, Optional.of(reason));
  }

  TrainingRun failed(String reason) {
    return record(State.FAILED, Optional.of(reason));
  }

  private TrainingRun record(State state, Optional<String> detail) {
    return new TrainingRun(
        runId,
        requestId,
        state,
        Optional.of(base),
        detail,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        requestedAt,
        Map.of(),
        now());
  }

  private TrainingRun tested(State state, Candidate candidate, String detail, String version) {
    return new TrainingRun(
        runId,
        requestId,
        state,
        Optional.of(candidate.base()),
        Optional.of(detail),
        OptionalLong.of(candidate.examples()),
        OptionalLong.of(candidate.result().steps()),
        OptionalLong.of(candidate.result().steps()),
        OptionalDouble.of(
            candidate.result().curve().get(candidate.result().curve().size() - 1).epoch()),
        OptionalDouble.of(candidate.result().best().trainingLoss()),
        OptionalDouble.of(candidate.result().best().macroF1()),
        OptionalDouble.of(candidate.result().samplesPerSecond()),
        OptionalDouble.of(0),
        candidate.gate().champion().stream().mapToDouble(matrix -> matrix.macroF1()).findFirst(),
        OptionalDouble.of(candidate.gate().challenger().macroF1()),
        OptionalLong.of(candidate.gate().challenger().total()),
        Optional.of(version).filter(name -> !name.isEmpty()),
        requestedAt,
        // The first champion's examples come from another topic.
        requestedAt.isPresent() ? candidate.examplesThrough() : Map.of(),
        now());
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
