package dev.verdict.cli.replay;

import dev.verdict.contract.Decision;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.RetrainRequest.Trigger;
import dev.verdict.contract.TrainingRun;
import dev.verdict.evaluation.RetrainEvent;
import dev.verdict.evaluation.RetrainEvent.ChampionChanged;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.DriftWithdrawn;
import dev.verdict.evaluation.RetrainEvent.Evaluated;
import dev.verdict.evaluation.RetrainEvent.ManualRequest;
import dev.verdict.evaluation.RetrainEvent.RunChanged;
import dev.verdict.evaluation.RetrainEvent.RunState;
import dev.verdict.evaluation.WindowSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The events of a retrain policy as they are found on the topics.
 *
 * <p>Labels graded for a version so far are taken from its evaluations. Where they were not
 * recorded they are counted from what the windows show: as many as a window has grown by, and one
 * for each evaluation of a window that has not grown, for there would be none without a new label.
 * That is the least that there can have been.
 */
final class PolicyHistory {
  /** The figure of a decision that was made with an alarm at hand. */
  private static final String DRIFT_LABELS = "drift_labels";

  /** The outcome of a decision that forgets an alarm. */
  private static final Optional<String> WITHDRAWN = Optional.of("withdrawn");

  /**
   * A request that was made in fact.
   *
   * @param requestId of it
   */
  record Asked(Instant at, Trigger trigger, String requestId, String reason) {}

  private final List<EvaluationPoint> points = new ArrayList<>();
  private final ServingHistory serving = new ServingHistory();
  private final List<RetrainEvent> others = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private boolean exact = true;

  void evaluation(EvaluationPoint point) {
    // Hopping windows are several of one name.
    if (point.segment().isEmpty() && !point.window().contains("_by_")) {
      points.add(point);
      exact = exact && point.labelsTotal().isPresent();
    }
  }

  /**
   * The registry's record of the champion.
   *
   * @param at when it was written
   */
  void champion(RegistryAlias alias, Instant at) {
    serving.alias(alias, at);
  }

  void decision(Decision decision) {
    serving.decision(decision);
    if (decision.outcome().equals(WITHDRAWN)) {
      others.add(
          new DriftWithdrawn(
              "a detector",
              decision.modelVersion(),
              Long.MAX_VALUE,
              decision.figures().getOrDefault("errors_before", 0.0),
              decision.figures().getOrDefault("errors_now", 0.0),
              decision.decidedAt()));
    }
    Optional.ofNullable(decision.figures().get(DRIFT_LABELS))
        .ifPresent(
            labels ->
                others.add(
                    new DriftDetected(
                        "a detector",
                        decision.modelVersion(),
                        Math.round(labels),
                        Map.of(),
                        decision.decidedAt())));
  }

  void run(TrainingRun run) {
    others.add(
        new RunChanged(run.requestId(), RunState.valueOf(run.state().name()), run.updatedAt()));
  }

  /**
   * A request, automatic or manual.
   *
   * @param written when its record was
   */
  void request(RetrainRequest request, Instant written) {
    Instant at = request.requestedAt().orElse(written);
    asked.add(new Asked(at, request.trigger(), request.requestId(), request.reason().orElse("")));
    if (request.trigger() == Trigger.MANUAL) {
      others.add(new ManualRequest(request.requestId(), at));
    }
  }

  /** Whether every evaluation says how many labels there were so far. */
  boolean labelsExact() {
    return exact;
  }

  /** The requests made in fact, oldest first. */
  List<Asked> asked() {
    return asked.stream().sorted(Comparator.comparing(Asked::at)).toList();
  }

  /** Ids of those that a policy made. */
  Set<String> automatic() {
    return asked.stream()
        .filter(each -> each.trigger() != Trigger.MANUAL)
        .map(Asked::requestId)
        .collect(Collectors.toSet());
  }

  /** Whether a challenger or canary was on trial at a time, so that nothing was asked for. */
  Predicate<Instant> onTrial() {
    return serving.onTrial();
  }

  /** All events in order, with the scores of one window. */
  List<RetrainEvent> events(WindowSpec window) {
    Map<String, NavigableMap<Instant, Long>> totals = new HashMap<>();
    Map<String, Map<String, long[]>> counted = new HashMap<>();
    List<RetrainEvent> scores = new ArrayList<>();
    for (EvaluationPoint point :
        points.stream().sorted(Comparator.comparing(EvaluationPoint::evaluatedAt)).toList()) {
      Map<String, long[]> windows =
          counted.computeIfAbsent(point.modelVersion(), version -> new HashMap<>());
      long total = point.labelsTotal().orElseGet(() -> atLeast(windows, point));
      totals
          .computeIfAbsent(point.modelVersion(), version -> new TreeMap<>())
          .merge(point.evaluatedAt(), total, Math::max);
      if (point.window().equals(window.name())) {
        scores.add(
            new Evaluated(
                point.modelVersion(),
                point.window(),
                point.labels(),
                total,
                point.macroF1Interval().low(),
                point.macroF1(),
                point.macroF1Interval().high(),
                point.evaluatedAt()));
      }
    }
    List<RetrainEvent> events = new ArrayList<>();
    for (ServingHistory.Judged judged : serving.judged()) {
      events.add(
          new ChampionChanged(
              judged.version(),
              Optional.ofNullable(
                      totals
                          .getOrDefault(judged.version(), new TreeMap<>())
                          .lowerEntry(judged.at()))
                  .map(Map.Entry::getValue)
                  .orElse(0L),
              judged.at()));
    }
    events.addAll(others);
    events.addAll(scores);
    events.sort(Comparator.comparing(RetrainEvent::now));
    return events;
  }

  /** In each window: labels counted so far, and those in it at last. */
  private static long atLeast(Map<String, long[]> windows, EvaluationPoint point) {
    long[] count = windows.computeIfAbsent(point.window(), name -> new long[2]);
    count[0] += Math.max(1, point.labels() - count[1]);
    count[1] = point.labels();
    return windows.values().stream().mapToLong(each -> each[0]).max().orElseThrow();
  }
}
