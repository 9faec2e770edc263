package dev.verdict.streams.status;

import dev.verdict.contract.Evaluation;
import dev.verdict.contract.Evaluation.ClassScore;
import dev.verdict.contract.TrainingRun;
import dev.verdict.streams.status.TopicsBoard.VersionScores;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the page shows, the answer of {@code /api/status}. What is of the whole application comes
 * from the topics, committed; what is of this instance from its memory.
 *
 * @param model its name
 * @param time of the answer
 * @param topics how far the topics have been read, and why they cannot be
 */
record Status(
    String model,
    Instant time,
    Instance instance,
    Topics topics,
    Quality quality,
    List<Version> versions,
    Retraining retraining,
    List<DecisionLog.Entry> decisions,
    Throughput.Speed throughput,
    Predictions predictions,
    DeadLetters deadLetters) {

  /**
   * This instance.
   *
   * @param notReady why it classifies nothing now
   * @param champion that is loaded and serves
   */
  record Instance(
      Instant startedAt, Optional<String> notReady, Optional<String> champion, int maxTextBytes) {}

  /** Reading the topics: {@code starting}, {@code following} or {@code failed}. */
  record Topics(String reading, Optional<String> fault) {}

  /**
   * Scores.
   *
   * @param window that decides on retraining
   * @param bound of the champion's macro F1; a whole interval below it asks for retraining
   * @param historySeconds that are kept
   * @param stepSeconds between two points
   * @param all of all versions together in that window, oldest first
   * @param versions as {@code all}, of each version by itself
   * @param windows the newest score of all versions in each window
   * @param swaps when another version took over
   */
  record Quality(
      String window,
      double bound,
      long historySeconds,
      double stepSeconds,
      List<ScorePoint> all,
      List<VersionScores> versions,
      List<Window> windows,
      List<VersionFates.Swap> swaps) {}

  /** The newest score of all versions together in one window. */
  record Window(
      String window,
      boolean decides,
      double macroF1,
      Evaluation.Interval interval,
      double accuracy,
      long labels,
      long labelsTotal,
      OptionalDouble labelCoverage,
      Map<String, ClassScore> perClass,
      Instant evaluatedAt) {
    static Window of(Evaluation evaluation, String deciding) {
      return new Window(
          evaluation.window(),
          evaluation.window().equals(deciding),
          evaluation.macroF1(),
          evaluation.macroF1Interval(),
          evaluation.accuracy(),
          evaluation.labels(),
          evaluation.labelsTotal(),
          evaluation.labelCoverage(),
          evaluation.perClass(),
          evaluation.evaluatedAt());
    }
  }

  /**
   * A published version.
   *
   * @param roles aliases that point to it
   * @param heldOutMacroF1 on the reviews of the gate
   * @param live its own newest score in the window that decides
   * @param fate what was last decided of it
   * @param refused why this instance does not serve it in a role that it has
   */
  record Version(
      String version,
      long number,
      List<String> roles,
      Instant createdAt,
      Optional<String> parent,
      String base,
      OptionalDouble heldOutMacroF1,
      Optional<ScorePoint> live,
      Optional<VersionFates.Fate> fate,
      Optional<String> refused) {}

  /**
   * Retraining.
   *
   * @param phase by the newest decision of its policy
   * @param standing why no request is made now
   * @param runs the newest first
   */
  record Retraining(
      Optional<String> phase, Optional<DecisionLog.Standing> standing, List<Run> runs) {}

  /** A training run, as far as it is shown. */
  record Run(
      String runId,
      String requestId,
      String state,
      boolean ended,
      Optional<String> detail,
      Optional<String> version,
      OptionalDouble progress,
      OptionalDouble etaSeconds,
      OptionalDouble validationMacroF1,
      OptionalDouble championMacroF1,
      OptionalDouble challengerMacroF1,
      Instant updatedAt) {
    static Run of(TrainingRun run) {
      return new Run(
          run.runId(),
          run.requestId(),
          run.state().wireName(),
          run.state().terminal(),
          run.detail(),
          run.modelVersion(),
          run.step().isPresent() && run.steps().isPresent() && run.steps().getAsLong() > 0
              ? OptionalDouble.of(
                  Math.min(1, (double) run.step().getAsLong() / run.steps().getAsLong()))
              : OptionalDouble.empty(),
          run.etaSeconds(),
          run.validationMacroF1(),
          run.championMacroF1(),
          run.challengerMacroF1(),
          run.updatedAt());
    }
  }

  /**
   * The last predictions of this instance.
   *
   * @param kept at most; 0 if they are switched off
   */
  record Predictions(int kept, List<RecentActivity.Predicted> last) {}

  /** What this instance could not process since its start. */
  record DeadLetters(
      long total, List<Throughput.Rejections> byReason, List<RecentActivity.Letter> last) {}
}
