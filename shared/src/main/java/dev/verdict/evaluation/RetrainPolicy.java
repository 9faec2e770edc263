package dev.verdict.evaluation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a falling F1 asks for a new model: the point value of the champion's macro F1 is below its
 * bound, on enough labels, and not too soon after the last request.
 *
 * @param window whose score decides
 * @param macroF1Min bound
 * @param minLabels fewest labels in the window
 * @param cooldown least time between two requests
 */
public record RetrainPolicy(
    WindowSpec window, double macroF1Min, int minLabels, Duration cooldown) {

  /**
   * Decides on the champion's window.
   *
   * @param lastRequest when retraining was last requested
   * @return why to retrain, or empty
   */
  public Optional<String> reasonToRetrain(
      ConfusionMatrix champion, Optional<Instant> lastRequest, Instant now) {
    double macroF1 = champion.macroF1();
    if (champion.total() < minLabels
        || macroF1 >= macroF1Min
        || lastRequest.filter(last -> now.isBefore(last.plus(cooldown))).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            java.util.Locale.ROOT,
            "macro F1 of %s is %.4f on %d labels, below %.4f",
            window.name(),
            macroF1,
            champion.total(),
            macroF1Min));
  }
}
