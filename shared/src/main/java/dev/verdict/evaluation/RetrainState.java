package dev.verdict.evaluation;

import dev.verdict.evaluation.RetrainDecision.Outcome;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.Evaluated;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that {@link RetrainPolicy} remembers; kept as JSON, so that a restart decides the same.
 *
 * @param since when the phase was entered, or the run of it was last heard of
 * @param champion the version that serves, and what is known against it
 * @param scheduled when retraining was last asked for by schedule, or when all began
 * @param asked times of the own requests of the last 24 hours, oldest first
 * @param outcome of the last decision that was told
 */
public record RetrainState(
    Phase phase,
    Instant since,
    Optional<Champion> champion,
    Instant scheduled,
    List<Instant> asked,
    Runs runs,
    Outcome outcome) {

  /** Over which the budget is counted. */
  static final Duration DAY = Duration.ofDays(1);

  /** Copies its list. */
  public RetrainState {
    asked = List.copyOf(asked);
  }

  /** Where the loop stands. */
  public enum Phase {
    /** Nothing is wrong. */
    STEADY,
    /** F1 is below its bound, or drift was found, and no request has been made. */
    SUSPECT,
    /** A request waits for a trainer. */
    REQUESTED,
    /** A trainer works on one. */
    TRAINING,
    /** The last run has ended, or was given up, a short time ago. */
    COOLDOWN
  }

  /**
   * The version that serves.
   *
   * @param since when it began to
   * @param spent labels that no longer count as new: those from before it served, and those of
   *     which a request or run has made use
   * @param score its last
   * @param alarm of drift that has led to no request yet, the first
   */
  public record Champion(
      String version,
      Instant since,
      long spent,
      Optional<Evaluated> score,
      Optional<DriftDetected> alarm) {

    /** All labels graded for it so far. */
    long labels() {
      return Math.max(spent, score.map(Evaluated::labels).orElse(0L));
    }

    /**
     * Labels that no request or run has made use of, since the alarm if there is one: what came
     * before the change does not tell a new version of it.
     */
    long fresh() {
      long old = Math.max(spent, alarm.map(DriftDetected::labels).orElse(0L));
      return Math.max(0, labels() - old);
    }

    Champion scored(Evaluated last) {
      return new Champion(version, since, spent, Optional.of(last), alarm);
    }

    Champion alarmed(DriftDetected first) {
      return new Champion(version, since, spent, score, Optional.of(first));
    }

    /** Nothing has changed: the labels from before the alarm are as good as those since. */
    Champion calmed() {
      return new Champion(version, since, spent, score, Optional.empty());
    }

    Champion allSpent() {
      return new Champion(version, since, labels(), score, alarm);
    }

    /** The alarm leads to a request, or a version has been trained that has seen its reviews. */
    Champion withoutAlarm() {
      long seen = Math.max(labels(), alarm.map(DriftDetected::labels).orElse(0L));
      return new Champion(version, since, seen, score, Optional.empty());
    }
  }

  /**
   * Requests by their ids, own and manual.
   *
   * @param open those that wait for a trainer
   * @param running the one that a trainer works on
   * @param ended newest last, so that old news is known as such
   */
  public record Runs(List<String> open, Optional<String> running, List<String> ended) {
    private static final int ENDED_KEPT = 100;

    /** Copies its lists. */
    public Runs {
      open = List.copyOf(open);
      ended = List.copyOf(ended);
    }

    boolean knows(String requestId) {
      return open.contains(requestId)
          || ended.contains(requestId)
          || running.filter(requestId::equals).isPresent();
    }

    Runs opening(String requestId) {
      return new Runs(Stream.concat(open.stream(), Stream.of(requestId)).toList(), running, ended);
    }

    Runs taking(String requestId) {
      // The trainer runs one at a time: another that was under way waits again.
      Runs waiting =
          running.filter(other -> !other.equals(requestId)).map(this::opening).orElse(this);
      return new Runs(waiting.without(requestId), Optional.of(requestId), ended);
    }

    Runs ending(String requestId) {
      List<String> more = new ArrayList<>(ended);
      more.add(requestId);
      return new Runs(
          without(requestId),
          running.filter(other -> !other.equals(requestId)),
          more.subList(Math.max(0, more.size() - ENDED_KEPT), more.size()));
    }

    /** The trainer fell silent; it takes the request up again when it returns. */
    Runs interrupted() {
      Runs waiting = running.map(this::opening).orElse(this);
      return new Runs(waiting.open, Optional.empty(), ended);
    }

    Runs givenUp() {
      return new Runs(List.of(), running, ended);
    }

    private List<String> without(String requestId) {
      return open.stream().filter(each -> !each.equals(requestId)).toList();
    }
  }

  /** Before the first event. */
  public static RetrainState start(Instant now) {
    Instant cut = now.truncatedTo(ChronoUnit.MILLIS);
    return new RetrainState(
        Phase.STEADY,
        cut,
        Optional.empty(),
        cut,
        List.of(),
        new Runs(List.of(), Optional.empty(), List.of()),
        Outcome.NO_NEED);
  }

  /** Labels of the champion that no request or run has made use of, since an alarm of drift. */
  public long freshLabels() {
    return champion.map(Champion::fresh).orElse(0L);
  }

  /** Own requests of the 24 hours before. */
  public long askedSince(Instant now) {
    return asked.stream().filter(each -> now.isBefore(each.plus(DAY))).count();
  }

  /** Time never runs backwards, whatever clock an instance that took over has. */
  Instant notBefore(Instant now) {
    return now.isBefore(since) ? since : now;
  }

  /** The time is kept where the phase stays. */
  RetrainState in(Phase next, Instant now) {
    return next == phase ? this : entering(next, now);
  }

  /** The time begins anew. */
  RetrainState entering(Phase next, Instant now) {
    return new RetrainState(next, now, champion, scheduled, asked, runs, outcome);
  }

  RetrainState with(Champion next) {
    return new RetrainState(phase, since, Optional.of(next), scheduled, asked, runs, outcome);
  }

  RetrainState with(Runs next) {
    return new RetrainState(phase, since, champion, scheduled, asked, next, outcome);
  }

  RetrainState told(Outcome last) {
    return new RetrainState(phase, since, champion, scheduled, asked, runs, last);
  }

  RetrainState asking(String requestId, boolean bySchedule, Instant now) {
    List<Instant> recent =
        Stream.concat(asked.stream().filter(each -> now.isBefore(each.plus(DAY))), Stream.of(now))
            .toList();
    return new RetrainState(
        Phase.REQUESTED,
        now,
        champion.map(Champion::withoutAlarm),
        bySchedule ? now : scheduled,
        recent,
        runs.opening(requestId),
        outcome);
  }

  /** What follows the end of a run. */
  RetrainState afterRun(Instant now) {
    RetrainState spent = champion.map(each -> with(each.allSpent())).orElse(this);
    if (runs.running().isPresent()) {
      return spent;
    }
    return runs.open().isEmpty()
        ? spent.entering(Phase.COOLDOWN, now)
        : spent.entering(Phase.REQUESTED, now);
  }
}
