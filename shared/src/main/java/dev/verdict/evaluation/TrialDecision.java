package dev.verdict.evaluation;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is to be done with the version on trial.
 *
 * @param version on trial
 * @param champion the version it is compared with
 * @param reason one sentence with the figures that decided
 * @param figures all of them, finite
 * @param at when it was decided
 */
public record TrialDecision(
    Action action,
    String version,
    String champion,
    String reason,
    Map<String, Double> figures,
    Instant at) {

  public TrialDecision {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** What is to be written to the registry. */
  public enum Action {
    /** The version serves its share. */
    PROMOTE_TO_CANARY,
    /** The version serves all. */
    CONFIRM,
    /** The version of before serves all again. */
    ROLL_BACK,
    /** The version is the challenger no more. */
    REJECT
  }
}
