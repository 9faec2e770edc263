package dev.verdict.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the trainer for a new version, the value of {@code retrain-requests}; its key is the model
 * name. People may write one by hand: every field but {@code request_id} may be left out.
 *
 * @param requestId makes the request idempotent
 * @param evidence the figures that led to it
 */
public record RetrainRequest(
    String requestId,
    Trigger trigger,
    Optional<String> reason,
    Map<String, Double> evidence,
    Optional<Instant> requestedAt) {

  /** Fills what a hand-written request leaves out. */
  public RetrainRequest {
    trigger = trigger == null ? Trigger.MANUAL : trigger;
    evidence = Figures.finite(evidence);
  }

  /** What asked. */
  public enum Trigger {
    @JsonProperty("manual")
    MANUAL,
    @JsonProperty("f1")
    F1,
    @JsonProperty("drift")
    DRIFT,
    @JsonProperty("schedule")
    SCHEDULE;

    /** The name on the wire and in metrics. */
    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
