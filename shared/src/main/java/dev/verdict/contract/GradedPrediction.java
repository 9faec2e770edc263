package dev.verdict.contract;

import dev.verdict.evaluation.GradedOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A served prediction met by its label, one test of prequential evaluation: the value of {@code
 * graded-predictions}; its key is the review id. The topic has one partition, so that the last N
 * labels are the same for everybody who reads it.
 *
 * @param actual the label's class
 * @param predicted the class that was served
 * @param confidence probability of {@code predicted}
 * @param probabilityOfActual probability that the model gave {@code actual}; 0 for a class that it
 *     does not know
 * @param modelVersion the checkpoint that served it
 * @param predictedAt when it was served
 * @param reviewTimestamp event time of the review, the time of its window
 * @param labeledAt when the label was given
 * @param attributes of the review, those that scores are kept for
 * @param replaces the earlier label of the same prediction, which no longer counts
 */
public record GradedPrediction(
    String actual,
    String predicted,
    double confidence,
    double probabilityOfActual,
    String modelVersion,
    Instant predictedAt,
    Instant reviewTimestamp,
    Instant labeledAt,
    Map<String, String> attributes,
    Optional<Replaced> replaces) {

  /** Records without attributes may leave them out. */
  public GradedPrediction {
    attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
  }

  /**
   * A label that was changed.
   *
   * @param actual its class
   * @param probabilityOfActual as above
   * @param labeledAt when it was given
   */
  public record Replaced(String actual, double probabilityOfActual, Instant labeledAt) {}

  /** What is counted of it. */
  public GradedOutcome outcome() {
    return outcome(actual, probabilityOfActual, labeledAt);
  }

  /** What was counted of the label that this one replaces. */
  public Optional<GradedOutcome> replacedOutcome() {
    return replaces.map(
        each -> outcome(each.actual(), each.probabilityOfActual(), each.labeledAt()));
  }

  private GradedOutcome outcome(String label, double probability, Instant labelled) {
    return new GradedOutcome(
        label,
        predicted,
        confidence,
        probability,
        Math.max(0, Duration.between(reviewTimestamp, labelled).toMillis()),
        reviewTimestamp.toEpochMilli());
  }
}
