package dev.verdict.drift;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a rolling period is cut into panes, of which whole ones are forgotten: a quarter of a period
 * of four panes at a time.
 *
 * @param panes kept, the one being filled included
 * @param reviews of one pane; 0 where panes are of time
 * @param time that one pane spans; empty where panes are of reviews
 */
public record PaneRule(int panes, int reviews, Optional<Duration> time) {

  /**
   * @throws IllegalArgumentException if a pane would hold nothing
   */
  public PaneRule {
    if (panes < 1) {
      throw new IllegalArgumentException("Panes are " + panes + ", must be 1 or more");
    }
    if (time.isPresent() ? time.get().toMillis() < 1 : reviews < 1) {
      throw new IllegalArgumentException(
          "A pane spans %s, must be 1 review or 1 ms at least"
              .formatted(time.map(Duration::toString).orElse(reviews + " reviews")));
    }
  }

  /** The last reviews: up to {@code panes * reviews} of them, at least a pane fewer. */
  public static PaneRule ofReviews(int panes, int reviews) {
    return new PaneRule(panes, reviews, Optional.empty());
  }

  /** The last stretch of event time. */
  public static PaneRule ofTime(int panes, Duration time) {
    return new PaneRule(panes, 0, Optional.of(time));
  }

  /**
   * The number of the pane that a review falls into.
   *
   * @param before reviews that came before it
   * @param at event time
   */
  long pane(long before, Instant at) {
    return time.map(span -> Math.floorDiv(at.toEpochMilli(), span.toMillis()))
        .orElseGet(() -> before / reviews);
  }
}
