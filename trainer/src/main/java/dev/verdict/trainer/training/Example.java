package dev.verdict.trainer.training;

/**
 * A labelled review.
 *
 * @param id of the review; decides whether it is held out
 * @param text what is classified
 * @param label the true class
 */
public record Example(String id, String text, String label) {}
