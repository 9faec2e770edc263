package dev.verdict.trainer.report;

/**
 * A review that a version answers wrongly.
 *
 * @param id of the review
 * @param actual the true class
 * @param predicted what the version says
 * @param probability that it gives its answer
 */
public record WrongExample(
    String id, String text, String actual, String predicted, double probability) {}
