package dev.verdict.evaluation;

import java.time.Duration;

/**
 * What a challenger must show on live labels to take the champion's place.
 *
 * @param error highest probability that one that is not better becomes the canary, and that one
 *     that is not worse is rejected as worse
 * @param margin of macro F1 by which a challenger must be surely worse to be rejected as worse
 * @param minLabels fewest labels shared with the champion before anything is decided
 * @param maxLabels labels after which an undecided challenger is rejected
 * @param maxDuration after which an undecided challenger is rejected
 * @param canaryDuration shortest time that a canary serves its share only
 * @param canaryMinLabels fewest labels of the canary's own reviews before it is confirmed
 * @param canaryMaxDuration after which a canary is confirmed with fewer labels
 */
public record ChallengerPolicy(
    double error,
    double margin,
    long minLabels,
    long maxLabels,
    Duration maxDuration,
    Duration canaryDuration,
    long canaryMinLabels,
    Duration canaryMaxDuration) {

  /**
   * @throws IllegalArgumentException if error or margin is not as {@link PairedSequentialTest}
   *     takes it
   */
  public ChallengerPolicy {
    PairedSequentialTest.check(error, margin);
  }

  /** The test by which a challenger in shadow is judged. */
  public PairedSequentialTest test() {
    return new PairedSequentialTest(error, margin);
  }
}
