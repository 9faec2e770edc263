package dev.verdict.contract;

import dev.verdict.evaluation.RetrainDecision;
import dev.verdict.evaluation.RetrainDecision.Outcome;
import dev.verdict.evaluation.RetrainPolicy.Request;
import dev.verdict.evaluation.RetrainState;
import java.util.Locale;
import java.util.Optional;

/** What a retrain policy says, as it is written. */
public final class RetrainDecisions {
  /** A request was made. */
  public static final String RETRAIN = "retrain";

  /** None was. */
  public static final String WAIT = "wait";

  /** Outcome: a request is not made while a challenger or canary is on trial. */
  public static final String ON_TRIAL = "on_trial";

  private RetrainDecisions() {}

  /** A decision, fired or not, for {@code decisions}. */
  public static Decision of(RetrainDecision decision) {
    return new Decision(
        decision.outcome() == Outcome.REQUESTED ? RETRAIN : WAIT,
        decision.rule(),
        decision.version(),
        decision.reason(),
        decision.figures(),
        Optional.of(wireName(decision.outcome())),
        Optional.of(wireName(decision.before())),
        Optional.of(wireName(decision.after())),
        decision.at());
  }

  /**
   * A request that is not made, for a challenger or canary is on trial, for {@code decisions}.
   *
   * @param held the decision to ask
   * @param version on trial
   */
  public static Decision onTrial(RetrainDecision held, RetrainState.Phase phase, String version) {
    return new Decision(
        WAIT,
        held.rule(),
        held.version(),
        "%s, but %s is on trial".formatted(held.reason(), version),
        held.figures(),
        Optional.of(ON_TRIAL),
        Optional.of(wireName(phase)),
        Optional.of(wireName(phase)),
        held.at());
  }

  /** A request, for {@code retrain-requests}. */
  public static RetrainRequest of(Request request) {
    return new RetrainRequest(
        request.id(),
        RetrainRequest.Trigger.valueOf(request.trigger().name()),
        Optional.of(request.reason()),
        request.figures(),
        Optional.of(request.at()));
  }

  private static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
