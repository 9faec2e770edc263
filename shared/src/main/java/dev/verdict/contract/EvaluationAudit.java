package dev.verdict.contract;

import dev.verdict.evaluation.Segments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts published evaluations again from {@code graded-predictions}, read once, in memory for the
 * labels of the windows alone. Nothing of {@link dev.verdict.evaluation.RollingEvaluation} is used.
 *
 * <p>Which values of an attribute have a segment of their own is found as it was: the first that
 * occur in the log.
 */
public final class EvaluationAudit {
  private final boolean whole;
  private final Segments segments;
  private final Map<String, List<EvaluationCheck>> byScope = new HashMap<>();
  private final List<EvaluationCheck> checks = new ArrayList<>();
  private Optional<Instant> logStart = Optional.empty();

  /**
   * @param published by the key of the record
   * @param grace how long a hopping or tumbling window takes labels after its end
   * @param segmentValues of each attribute that have a segment of their own, at most
   * @param whole whether the log will be handed over from its beginning
   */
  public EvaluationAudit(
      Map<String, Evaluation> published, Duration grace, int segmentValues, boolean whole) {
    this.whole = whole;
    Set<String> attributes = new HashSet<>();
    published.forEach(
        (key, evaluation) -> {
          EvaluationCheck check = new EvaluationCheck(key, evaluation, grace.toMillis());
          checks.add(check);
          byScope
              .computeIfAbsent(
                  evaluation.segment().orElse(evaluation.modelVersion()),
                  scope -> new ArrayList<>())
              .add(check);
          evaluation
              .segment()
              .filter(each -> each.indexOf('=') >= 0)
              .ifPresent(each -> attributes.add(each.substring(0, each.indexOf('='))));
        });
    this.segments = new Segments(List.copyOf(attributes), segmentValues, Map.of());
  }

  /** Offset of the last label that any of them counts; -1 without any. */
  public long through() {
    return checks.stream().mapToLong(check -> check.published().labelledThrough()).max().orElse(-1);
  }

  /** Takes the next record of the log. */
  public void add(LoggedLabel label) {
    if (logStart.isEmpty()) {
      logStart = Optional.of(label.writtenAt());
    }
    add(Evaluation.ALL, label);
    add(label.graded().modelVersion(), label);
    for (String segment : segments(label.graded().attributes())) {
      add(segment, label);
    }
  }

  private void add(String scope, LoggedLabel label) {
    byScope.getOrDefault(scope, List.of()).forEach(check -> check.add(label));
  }

  /** Without the beginning, a value that has an evaluation of its own has its own segment. */
  private List<String> segments(Map<String, String> attributes) {
    return whole
        ? segments.of(attributes)
        : attributes.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .toList();
  }

  /** What came of each, by key. */
  public List<CheckedEvaluation> results() {
    Map<String, CheckedEvaluation> results = new TreeMap<>();
    for (EvaluationCheck check : checks) {
      CheckedEvaluation result = check.result(whole, logStart);
      results.put(result.key(), result);
    }
    return List.copyOf(results.values());
  }

  /** The labels counted in the windows that could be verified, each once. */
  public Collection<LoggedLabel> counted() {
    Map<Long, LoggedLabel> counted = new TreeMap<>();
    for (EvaluationCheck check : checks) {
      if (check.obstacle(whole, logStart).isEmpty()) {
        check.counted().forEach(label -> counted.put(label.offset(), label));
      }
    }
    return counted.values();
  }
}
