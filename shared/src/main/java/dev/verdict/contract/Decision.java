package dev.verdict.contract;

import java.time.Instant;
import java.util.Map;

/**
 * What was decided, by which rule, on which figures: the value of {@code decisions}; its key is the
 * model name.
 */
public record Decision(
    String decision,
    String rule,
    String modelVersion,
    String reason,
    Map<String, Double> figures,
    Instant decidedAt) {

  /** Leaves out figures that JSON cannot hold. */
  public Decision {
    figures = Figures.finite(figures);
  }
}
