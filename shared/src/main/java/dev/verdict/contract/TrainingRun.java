package dev.verdict.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The latest state of one training run, the value of {@code training-runs}; its key is the run id.
 *
 * @param base what training started from: a version, a base model or {@code scratch:<preset>}
 * @param detail why it was rejected, failed or skipped, or what it does now
 * @param examples reviews trained on
 * @param epoch epochs done, in fractions
 * @param loss mean cross-entropy of the steps since the last progress
 * @param validationMacroF1 best so far on the validation split
 * @param samplesPerSecond training speed
 * @param etaSeconds time left
 * @param championMacroF1 the champion on the held-out reviews of the gate
 * @param challengerMacroF1 the new model on the same reviews
 * @param modelVersion the version that was published
 * @param requestedAt when the run was asked for; absent for the first champion
 * @param examplesThrough next offset by partition of {@code training-examples} that the run read
 */
public record TrainingRun(
    String runId,
    String requestId,
    State state,
    Optional<String> base,
    Optional<String> detail,
    OptionalLong examples,
    OptionalLong step,
    OptionalLong steps,
    OptionalDouble epoch,
    OptionalDouble loss,
    OptionalDouble validationMacroF1,
    OptionalDouble samplesPerSecond,
    OptionalDouble etaSeconds,
    OptionalDouble championMacroF1,
    OptionalDouble challengerMacroF1,
    OptionalLong gateExamples,
    Optional<String> modelVersion,
    Optional<Instant> requestedAt,
    Map<Integer, Long> examplesThrough,
    Instant updatedAt) {

  /** Leaves out figures that JSON cannot hold, such as the loss of a run that diverged. */
  public TrainingRun {
    examplesThrough = examplesThrough == null ? Map.of() : Map.copyOf(examplesThrough);
    epoch = Figures.finite(epoch);
    loss = Figures.finite(loss);
    validationMacroF1 = Figures.finite(validationMacroF1);
    samplesPerSecond = Figures.finite(samplesPerSecond);
    etaSeconds = Figures.finite(etaSeconds);
    championMacroF1 = Figures.finite(championMacroF1);
    challengerMacroF1 = Figures.finite(challengerMacroF1);
  }

  /** Where a run stands; the last four are terminal. */
  public enum State {
    @JsonProperty("accepted")
    ACCEPTED,
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("published")
    PUBLISHED,
    @JsonProperty("rejected")
    REJECTED,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("skipped")
    SKIPPED;

    /** Whether the run has ended. */
    public boolean terminal() {
      return this != ACCEPTED && this != RUNNING;
    }

    /** The name on the wire and in metrics. */
    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
