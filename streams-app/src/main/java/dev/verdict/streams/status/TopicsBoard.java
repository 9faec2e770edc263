package dev.verdict.streams.status;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.TrainingRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the topics say of the whole application, within bounds. */
final class TopicsBoard {
  /** Points of a score: enough for a wide screen. */
  private static final int STEPS = 1200;

  private static final int VERSIONS = 12;
  private static final int DECISIONS = 200;
  private static final int RUNS = 20;

  /** How far the topics have been read. */
  enum Reading {
    /** The past is still being read. */
    STARTING,
    /** Every record is taken as it is committed. */
    FOLLOWING,
    /** Nothing can be read. */
    FAILED
  }

  private final String model;
  private final String window;
  private final Duration span;
  private ScoreHistory scores;
  private final Map<String, ScoreHistory> byVersion = new LinkedHashMap<>();
  private final Map<String, Evaluation> latest = new TreeMap<>();
  private VersionFates fates = new VersionFates();
  private DecisionLog decisions = new DecisionLog(DECISIONS);
  private final Map<String, TrainingRun> runs = new LinkedHashMap<>();
  private Reading reading = Reading.STARTING;
  private Optional<String> fault = Optional.empty();

  /**
   * @param window that decides on retraining
   * @param span of time whose scores are kept
   */
  TopicsBoard(String model, String window, Duration span) {
    this.model = model;
    this.window = window;
    this.span = span;
    this.scores = new ScoreHistory(span, STEPS);
  }

  /** Forgets everything, to be told it again. */
  synchronized void restart() {
    scores = new ScoreHistory(span, STEPS);
    byVersion.clear();
    latest.clear();
    fates = new VersionFates();
    decisions = new DecisionLog(DECISIONS);
    runs.clear();
    reading = Reading.STARTING;
  }

  /** Whether a score is shown at all; told by its key, so that the others need not be decoded. */
  boolean wants(String evaluationKey) {
    String[] parts = evaluationKey.split("/", -1);
    return parts.length == 3
        && parts[0].equals(model)
        && (parts[1].equals(Evaluation.ALL) || parts[2].equals(window));
  }

  synchronized void scored(Evaluation evaluation) {
    boolean all = evaluation.modelVersion().equals(Evaluation.ALL);
    if (all) {
      latest.put(evaluation.window(), evaluation);
    }
    if (!evaluation.window().equals(window)) {
      return;
    }
    ScorePoint point = ScorePoint.of(evaluation);
    if (all) {
      scores.add(point);
      return;
    }
    ScoreHistory history =
        Optional.ofNullable(byVersion.remove(evaluation.modelVersion()))
            .orElseGet(() -> new ScoreHistory(span, STEPS));
    history.add(point);
    byVersion.put(evaluation.modelVersion(), history);
    if (byVersion.size() > VERSIONS) {
      byVersion.remove(byVersion.keySet().iterator().next());
    }
  }

  synchronized void decided(Decision decision) {
    decisions.add(decision);
    fates.decided(decision);
  }

  synchronized void ran(TrainingRun run) {
    runs.remove(run.runId());
    runs.put(run.runId(), run);
    if (runs.size() > RUNS) {
      runs.remove(runs.keySet().iterator().next());
    }
  }

  synchronized void reading(Reading now, Optional<String> why) {
    reading = now;
    fault = why;
  }

  /**
   * A version's score in the window that decides, over time.
   *
   * @param points oldest first
   */
  record VersionScores(String version, List<ScorePoint> points) {}

  /**
   * All of it at one time.
   *
   * @param scores of all versions together in the window that decides, oldest first
   * @param byVersion as {@code scores}, of each version lately graded
   * @param latest of all versions together, one of each window
   * @param versionLatest of each version, in the window that decides
   * @param runs the newest first
   */
  record View(
      Reading reading,
      Optional<String> fault,
      Duration step,
      List<ScorePoint> scores,
      List<VersionScores> byVersion,
      List<Evaluation> latest,
      Map<String, ScorePoint> versionLatest,
      Map<String, VersionFates.Fate> fates,
      List<VersionFates.Swap> swaps,
      List<DecisionLog.Entry> decisions,
      Optional<DecisionLog.Standing> standing,
      Optional<String> phase,
      List<TrainingRun> runs) {}

  /**
   * The board as it is.
   *
   * @param sinceMillis from when on scores are wanted, since 1970
   * @param mostDecisions at most
   */
  synchronized View view(long sinceMillis, int mostDecisions) {
    List<VersionScores> versions = new ArrayList<>();
    Map<String, ScorePoint> newest = new LinkedHashMap<>();
    byVersion.forEach(
        (version, history) -> {
          versions.add(new VersionScores(version, history.since(sinceMillis)));
          history.latest().ifPresent(point -> newest.put(version, point));
        });
    versions.sort(Comparator.comparing(VersionScores::version));
    List<TrainingRun> newestRuns =
        runs.values().stream()
            .sorted(Comparator.comparing(TrainingRun::updatedAt).reversed())
            .toList();
    return new View(
        reading,
        fault,
        scores.step(),
        scores.since(sinceMillis),
        versions,
        List.copyOf(latest.values()),
        newest,
        fates.all(),
        fates.swaps(),
        decisions.newest(mostDecisions),
        decisions.standing(),
        decisions.phase(),
        newestRuns);
  }
}
