package dev.verdict.contract;

import java.time.Instant;
import java.util.Map;

/**
 * A prediction with the text it was made of: what waits for its label inside the streams
 * application and never leaves it.
 *
 * @param attributes of the review, those that scores are kept for
 */
public record PredictedReview(String text, Prediction prediction, Map<String, String> attributes) {
  /** State written before there were attributes lacks them. */
  public PredictedReview {
    attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
  }

  /**
   * The review's own time, at which it counts, but none after its prediction: one wrong clock must
   * not empty the windows of everybody else.
   */
  public Instant eventTime() {
    return prediction.reviewTimestamp().isAfter(prediction.predictedAt())
        ? prediction.predictedAt()
        : prediction.reviewTimestamp();
  }
}
