package dev.verdict.evaluation;

/**
 * One served prediction beside the label that came for it.
 *
 * @param actual the label's class
 * @param predicted the class that was served
 * @param confidence probability of {@code predicted}, 0 to 1
 * @param probabilityOfActual probability that the model gave the actual class, 0 to 1
 * @param lagMillis from the review to its label
 * @param eventMillis the review's own time, milliseconds since 1970
 */
public record GradedOutcome(
    String actual,
    String predicted,
    double confidence,
    double probabilityOfActual,
    long lagMillis,
    long eventMillis) {}
