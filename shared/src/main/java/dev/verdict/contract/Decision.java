package dev.verdict.contract;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What was decided, by which rule, on which figures: the value of {@code decisions}; its key is the
 * model name.
 *
 * @param decision what was done, such as {@code retrain}; {@code wait} of a retrain policy that
 *     makes no request, and of a trial that is not decided; {@code explain} of why F1 fell; {@code
 *     refuse} of a version that cannot serve; {@code end} of a trial that others ended
 * @param outcome of a retrain policy: the kind of the reason, such as {@code too_few_labels}
 * @param phaseBefore of a retrain policy
 * @param phaseAfter of a retrain policy
 */
public record Decision(
    String decision,
    String rule,
    String modelVersion,
    String reason,
    Map<String, Double> figures,
    Optional<String> outcome,
    Optional<String> phaseBefore,
    Optional<String> phaseAfter,
    Instant decidedAt) {

  /** Leaves out figures that JSON cannot hold. */
  public Decision {
    figures = Figures.finite(figures);
  }

  /** A decision of no retrain policy. */
  public Decision(
      String decision,
      String rule,
      String modelVersion,
      String reason,
      Map<String, Double> figures,
      Instant decidedAt) {
    this(
        decision,
        rule,
        modelVersion,
        reason,
        figures,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        decidedAt);
  }
}
