package dev.verdict.evaluation;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one event led to, and why.
 *
 * @param outcome the kind of the reason
 * @param rule {@code f1}, {@code drift}, {@code schedule} or {@code manual} where one of these is
 *     decided on, {@code run} for news of a run, {@code champion} for another champion, {@code
 *     time} for what time alone brings
 * @param version the champion it is about, empty while none is known
 * @param reason one sentence
 * @param figures what it was decided on
 */
public record RetrainDecision(
    Outcome outcome,
    String rule,
    String version,
    RetrainState.Phase before,
    RetrainState.Phase after,
    String reason,
    Map<String, Double> figures,
    Instant at) {

  /** Keeps the order of the figures. */
  public RetrainDecision {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  RetrainDecision with(Map<String, Double> other) {
    return new RetrainDecision(outcome, rule, version, before, after, reason, other, at);
  }

  /** Kinds of reasons. */
  public enum Outcome {
    /** A request is made. */
    REQUESTED,
    /** Nothing asks for a request. */
    NO_NEED,
    /** The champion is suspected, but its interval holds the bound: neither guilty nor cleared. */
    UNCLEAR,
    /** A request would be made on more new labels. */
    TOO_FEW_LABELS,
    /** A request would be made, but those of the last day used up the budget. */
    BUDGET,
    /** Errors are as frequent as before an alarm, which is forgotten. */
    WITHDRAWN,
    /** A request is waited for. */
    WAITING,
    /** A run is under way. */
    RUNNING,
    /** A cooldown is running. */
    COOLING,
    /** A cooldown has ended. */
    COOLDOWN_OVER,
    /** Nobody takes the request, or the run fell silent; it is waited for all the same. */
    UNANSWERED,
    /** A request that nobody answered for a day no longer stands in the way of others. */
    GIVEN_UP,
    /** Another version serves. */
    CHAMPION_CHANGED,
    /** People ask. */
    MANUAL,
    /** A trainer took a request. */
    RUN_TAKEN,
    /** A run ended. */
    RUN_ENDED,
    /** It was known, or is about another version. */
    IGNORED
  }
}
