package dev.verdict.contract;

/**
 * A prediction with the text it was made of: what waits for its label inside the streams
 * application and never leaves it.
 */
public record PredictedReview(String text, Prediction prediction) {}
