package dev.verdict.evaluation;

import dev.verdict.evaluation.RetrainDecision.Outcome;
import dev.verdict.evaluation.RetrainEvent.ChampionChanged;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.DriftWithdrawn;
import dev.verdict.evaluation.RetrainEvent.Evaluated;
import dev.verdict.evaluation.RetrainEvent.ManualRequest;
import dev.verdict.evaluation.RetrainEvent.RunChanged;
import dev.verdict.evaluation.RetrainEvent.RunState;
import dev.verdict.evaluation.RetrainState.Champion;
import dev.verdict.evaluation.RetrainState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * When to ask for a new version: a state machine over {@link RetrainState.Phase}, fed with events.
 *
 * <pre>
 * steady ⇄ suspect → requested → training → cooldown → steady
 * </pre>
 *
 * <ul>
 *   <li>The champion is suspected when the whole 95% interval of its macro F1 is below one bound,
 *       or a detector raised an alarm about it, and cleared when the whole interval is at or above
 *       the other. In between nothing changes: that is the hysteresis.
 *   <li>A request needs a trigger, new labels, no request unanswered, no run, no cooldown, and room
 *       in the budget of any 24 hours. What people ask for needs none of these and uses no budget.
 *   <li>An alarm that cannot lead to a request yet waits, until it is withdrawn or another version
 *       serves; those that come meanwhile are the same one.
 *   <li>The id of a request is a function of its evidence alone, and the labels that led to one
 *       never count as new again. So events that come twice, out of order or after a restart make
 *       no second request, or one of the same id, which trainers run once.
 *   <li>A request that nobody takes in time is not lost: it lies on its topic until a trainer
 *       returns, who will then learn from all labels up to that moment. Another one would only be a
 *       second run on the same reviews. So none is made until that one was answered, or a day is
 *       over. A run that fell silent waits in the same way: its trainer takes it up again.
 * </ul>
 *
 * <p>One step makes at most one transition that time alone brings; ticks should come more often
 * than anything is to be noticed.
 *
 * @param window whose score decides
 * @param macroF1Min bound under which the interval's high end raises suspicion
 * @param macroF1Leave bound at which the interval's low end clears it, not below the other
 * @param minLabels fewest new labels of the version, and for F1 fewest in the window
 * @param cooldown from the end of a run to the next request
 * @param runsPerDay own requests in any 24 hours
 * @param schedule between two requests by schedule, counted from 1970 UTC; zero for none
 * @param requestTimeout silence after which a request counts as unanswered, a run as interrupted
 * @param triggers that may make requests; manual ones always do
 */
public record RetrainPolicy(
    WindowSpec window,
    double macroF1Min,
    double macroF1Leave,
    int minLabels,
    Duration cooldown,
    int runsPerDay,
    Duration schedule,
    Duration requestTimeout,
    Set<RetrainTrigger> triggers) {

  /** Copies the triggers. */
  public RetrainPolicy {
    triggers = Set.copyOf(triggers);
  }

  /**
   * A request to be written.
   *
   * @param id a function of the evidence alone
   */
  public record Request(
      String id,
      RetrainTrigger trigger,
      String version,
      String reason,
      Map<String, Double> figures,
      Instant at) {}

  /**
   * What an event led to.
   *
   * @param decision why, also where nothing was done
   * @param news whether the decision is to be told: a request, another phase, a new alarm, or
   *     another kind of reason than the last that was told. Evaluations come every second and
   *     mostly change nothing; telling each would bury the others.
   */
  public record Step(
      RetrainState state, Optional<Request> request, RetrainDecision decision, boolean news) {}

  /**
   * What speaks for a request.
   *
   * @param labels on which it rests
   */
  private record Evidence(RetrainTrigger trigger, String id, String reason, long labels) {}

  /** The only way a state changes; the same state and event always give the same step. */
  public Step step(RetrainState before, RetrainEvent event) {
    Turn turn = new Turn(before, before, before.notBefore(event.now()));
    if (event instanceof ChampionChanged change) {
      return turn.champion(change);
    }
    if (event instanceof Evaluated score) {
      return turn.evaluated(score);
    }
    if (event instanceof DriftDetected alarm) {
      return turn.alarm(alarm);
    }
    if (event instanceof DriftWithdrawn calm) {
      return turn.calm(calm);
    }
    if (event instanceof RunChanged news) {
      return turn.run(news);
    }
    if (event instanceof ManualRequest manual) {
      return turn.manual(manual);
    }
    return turn.time();
  }

  /**
   * One step.
   *
   * @param before as it was
   * @param state with the news in it
   */
  private final class Turn {
    private final RetrainState before;
    private final RetrainState state;
    private final Instant now;

    Turn(RetrainState before, RetrainState state, Instant now) {
      this.before = before;
      this.state = state;
      this.now = now;
    }

    Step champion(ChampionChanged event) {
      boolean known =
          state
              .champion()
              .filter(
                  each ->
                      each.version().equals(event.version()) || event.now().isBefore(each.since()))
              .isPresent();
      if (known) {
        return quiet("champion", "that %s serves was known".formatted(event.version()));
      }
      RetrainState next =
          state.with(
              new Champion(
                  event.version(),
                  event.now(),
                  event.labels(),
                  Optional.empty(),
                  Optional.empty()));
      return new Turn(before, next, now)
          .told(
              // What was thought of the version that served before no longer holds.
              next.in(next.phase() == Phase.SUSPECT ? Phase.STEADY : next.phase(), now),
              Outcome.CHAMPION_CHANGED,
              "champion",
              "%s serves, %d labels of it were graded before"
                  .formatted(event.version(), event.labels()));
    }

    Step evaluated(Evaluated event) {
      Optional<Champion> champion = serving(event.version(), event.now());
      if (champion.isEmpty()) {
        return quiet("f1", "the score of %s is no matter".formatted(event.version()));
      }
      if (event.labels() < champion.get().labels()) {
        return quiet("f1", "the score after %d labels is an old one".formatted(event.labels()));
      }
      return new Turn(before, state.with(champion.get().scored(event)), now).time();
    }

    Step alarm(DriftDetected event) {
      Optional<Champion> champion = serving(event.version(), event.now());
      if (champion.isEmpty()) {
        return quiet("drift", "drift of %s is no matter".formatted(event.version()));
      }
      if (champion.get().alarm().isPresent() || event.labels() <= champion.get().spent()) {
        return quiet("drift", "drift after %d labels was known".formatted(event.labels()));
      }
      Turn alarmed = new Turn(before, state.with(champion.get().alarmed(event)), now);
      String found = "%s found drift after %d labels".formatted(event.detector(), event.labels());
      if (!triggers.contains(RetrainTrigger.DRIFT)) {
        return alarmed.told(state, Outcome.IGNORED, "drift", found + ", but drift is no trigger");
      }
      Step step = alarmed.time();
      RetrainDecision decision = step.decision();
      // Each alarm is told, also where another reason stands in its way.
      return decision.rule().equals("time")
          ? alarmed.told(
              step.state(), decision.outcome(), "drift", found + "; " + decision.reason())
          : new Step(step.state().told(decision.outcome()), step.request(), decision, true);
    }

    Step calm(DriftWithdrawn event) {
      Optional<Champion> alarmed =
          serving(event.version(), event.now())
              .filter(
                  each ->
                      each.alarm().filter(alarm -> alarm.labels() <= event.labels()).isPresent());
      if (alarmed.isEmpty()) {
        return quiet("drift", "no alarm of %s is left to withdraw".formatted(event.version()));
      }
      RetrainState next = state.with(alarmed.get().calmed());
      boolean suspected =
          next.phase() == Phase.SUSPECT && score().filter(this::uncertain).isPresent();
      Step step =
          new Turn(before, next, now)
              .told(
                  next.phase() == Phase.SUSPECT && !suspected ? next.in(Phase.STEADY, now) : next,
                  Outcome.WITHDRAWN,
                  "drift",
                  String.format(
                      Locale.ROOT,
                      "%s's alarm is withdrawn: %.4f of the newest labels were wrong, %.4f before"
                          + " it",
                      event.detector(),
                      event.errors(),
                      event.before()));
      Map<String, Double> figures = new LinkedHashMap<>(step.decision().figures());
      figures.put("errors_before", event.before());
      figures.put("errors_now", event.errors());
      return new Step(step.state(), Optional.empty(), step.decision().with(figures), true);
    }

    private boolean uncertain(Evaluated score) {
      return score.low() < macroF1Leave;
    }

    /** The champion, if the version and time are its. */
    private Optional<Champion> serving(String version, Instant then) {
      return state
          .champion()
          .filter(each -> each.version().equals(version) && !then.isBefore(each.since()));
    }

    Step run(RunChanged event) {
      String id = event.requestId();
      if (state.runs().ended().contains(id)) {
        return quiet("run", "the run of request " + id + " had ended before");
      }
      if (!event.state().terminal()) {
        RetrainState taken = state.with(state.runs().taking(id)).entering(Phase.TRAINING, now);
        String reason = "a trainer works on request " + id;
        return state.runs().running().equals(Optional.of(id))
            ? tell(taken, Outcome.RUNNING, "run", reason, false)
            : told(taken, Outcome.RUN_TAKEN, "run", reason);
      }
      RetrainState ended = state.with(state.runs().ending(id)).afterRun(now);
      if (event.state() == RunState.PUBLISHED) {
        ended = ended.champion().map(Champion::withoutAlarm).map(ended::with).orElse(ended);
      }
      return told(
          ended,
          Outcome.RUN_ENDED,
          "run",
          "the run of request %s ended as %s"
              .formatted(id, event.state().name().toLowerCase(Locale.ROOT)));
    }

    Step manual(ManualRequest event) {
      String id = event.requestId();
      if (state.runs().knows(id)) {
        return quiet("manual", "request " + id + " was known");
      }
      RetrainState next = state.with(state.runs().opening(id));
      return told(
          next.phase() == Phase.TRAINING ? next : next.in(Phase.REQUESTED, now),
          Outcome.MANUAL,
          "manual",
          "request %s was made by hand".formatted(id));
    }

    /** What follows from the state and the time, whichever event brought them. */
    Step time() {
      return switch (state.phase()) {
        case REQUESTED -> waiting();
        case TRAINING -> training();
        case COOLDOWN -> cooling();
        case STEADY, SUSPECT -> consider();
      };
    }

    private Step waiting() {
      Duration silent = Duration.between(state.since(), now);
      if (silent.compareTo(RetrainState.DAY) >= 0) {
        return told(
            state.with(state.runs().givenUp()).afterRun(now),
            Outcome.GIVEN_UP,
            "time",
            "a request that nobody answered for a day no longer stands in the way");
      }
      String waiting = "request %s waits for a trainer".formatted(state.runs().open().get(0));
      return silent.compareTo(requestTimeout) < 0
          ? quiet(Outcome.WAITING, "time", waiting)
          : changed(
              state,
              Outcome.UNANSWERED,
              "time",
              "%s, none has answered for %d s".formatted(waiting, silent.toSeconds()));
    }

    private Step training() {
      Duration silent = Duration.between(state.since(), now);
      return silent.compareTo(requestTimeout) < 0
          ? quiet(Outcome.RUNNING, "time", "a run is under way")
          : told(
              state.with(state.runs().interrupted()).entering(Phase.REQUESTED, now),
              Outcome.UNANSWERED,
              "time",
              "the trainer has been silent for %d s, its request waits again"
                  .formatted(silent.toSeconds()));
    }

    private Step cooling() {
      Instant end = state.since().plus(cooldown);
      return now.isBefore(end)
          ? quiet(Outcome.COOLING, "time", "the cooldown ends at " + end)
          : told(
              state.in(Phase.STEADY, now),
              Outcome.COOLDOWN_OVER,
              "time",
              "the cooldown of %d s is over".formatted(cooldown.toSeconds()));
    }

    private Step consider() {
      boolean low = score().filter(each -> each.high() < macroF1Min).isPresent();
      boolean suspected =
          low
              || alarm().isPresent()
              || (state.phase() == Phase.SUSPECT && score().filter(this::uncertain).isPresent());
      RetrainState next = state.in(suspected ? Phase.SUSPECT : Phase.STEADY, now);
      Optional<Evidence> evidence = evidence(low);
      if (evidence.isPresent()) {
        return blocked(next, evidence.get()).orElseGet(() -> request(next, evidence.get()));
      }
      if (suspected) {
        return tell(
            next,
            Outcome.UNCLEAR,
            "f1",
            interval(score().orElseThrow()) + ", neither below one bound nor above the other",
            state.phase() != Phase.SUSPECT);
      }
      return changed(
          next,
          Outcome.NO_NEED,
          "f1",
          score().map(RetrainPolicy::interval).map(each -> each + ", ").orElse("")
              + "no reason to retrain");
    }

    private Optional<Evaluated> score() {
      return state
          .champion()
          .flatMap(Champion::score)
          .filter(each -> triggers.contains(RetrainTrigger.F1));
    }

    private Optional<DriftDetected> alarm() {
      return state
          .champion()
          .flatMap(Champion::alarm)
          .filter(each -> triggers.contains(RetrainTrigger.DRIFT));
    }

    private Optional<Evidence> evidence(boolean low) {
      if (low) {
        Evaluated score = score().orElseThrow();
        return Optional.of(
            new Evidence(
                RetrainTrigger.F1,
                "f1-%s-%d".formatted(score.version(), score.labels()),
                String.format(Locale.ROOT, "%s, below %.4f", interval(score), macroF1Min),
                score.windowLabels()));
      }
      if (alarm().isPresent()) {
        DriftDetected alarm = alarm().get();
        return Optional.of(
            new Evidence(
                RetrainTrigger.DRIFT,
                "drift-%s-%d".formatted(alarm.version(), alarm.labels()),
                "%s found drift after %d labels of %s"
                    .formatted(alarm.detector(), alarm.labels(), alarm.version()),
                Long.MAX_VALUE));
      }
      return slot()
          .filter(slot -> slot.isAfter(state.scheduled()))
          .map(
              slot ->
                  new Evidence(
                      RetrainTrigger.SCHEDULE,
                      "schedule-%d".formatted(slot.toEpochMilli()),
                      "retraining was due at %s by schedule".formatted(slot),
                      Long.MAX_VALUE));
    }

    /** Start of the slot of the schedule. */
    private Optional<Instant> slot() {
      long length = schedule.toMillis();
      return triggers.contains(RetrainTrigger.SCHEDULE) && length > 0
          ? Optional.of(Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), length) * length))
          : Optional.empty();
    }

    private Optional<Step> blocked(RetrainState next, Evidence evidence) {
      String rule = evidence.trigger().wireName();
      long labels = Math.min(state.freshLabels(), evidence.labels());
      if (labels < minLabels) {
        return Optional.of(
            changed(
                next,
                Outcome.TOO_FEW_LABELS,
                rule,
                "%s, but on %d new labels, fewer than %d"
                    .formatted(evidence.reason(), labels, minLabels)));
      }
      long asked = state.askedSince(now);
      return asked < runsPerDay
          ? Optional.empty()
          : Optional.of(
              changed(
                  next,
                  Outcome.BUDGET,
                  rule,
                  "%s, but %d requests were made in the last 24 hours"
                      .formatted(evidence.reason(), asked)));
    }

    private Step request(RetrainState next, Evidence evidence) {
      RetrainState asked =
          next.asking(evidence.id(), evidence.trigger() == RetrainTrigger.SCHEDULE, now);
      Step step = told(asked, Outcome.REQUESTED, evidence.trigger().wireName(), evidence.reason());
      Request request =
          new Request(
              evidence.id(),
              evidence.trigger(),
              step.decision().version(),
              evidence.reason(),
              step.decision().figures(),
              now);
      return new Step(step.state(), Optional.of(request), step.decision(), true);
    }

    private Step quiet(String rule, String reason) {
      return quiet(Outcome.IGNORED, rule, reason);
    }

    private Step quiet(Outcome outcome, String rule, String reason) {
      return tell(state, outcome, rule, reason, false);
    }

    private Step told(RetrainState next, Outcome outcome, String rule, String reason) {
      return tell(next, outcome, rule, reason, true);
    }

    private Step changed(RetrainState next, Outcome outcome, String rule, String reason) {
      return tell(next, outcome, rule, reason, outcome != before.outcome());
    }

    private Step tell(
        RetrainState next, Outcome outcome, String rule, String reason, boolean notable) {
      boolean news = notable || next.phase() != before.phase();
      RetrainState after = news ? next.told(outcome) : next;
      RetrainDecision decision =
          new RetrainDecision(
              outcome,
              rule,
              state.champion().map(Champion::version).orElse(""),
              before.phase(),
              after.phase(),
              reason,
              figures(),
              now);
      return new Step(after, Optional.empty(), decision, news);
    }

    private Map<String, Double> figures() {
      Map<String, Double> figures = new LinkedHashMap<>();
      state
          .champion()
          .flatMap(Champion::score)
          .ifPresent(
              score -> {
                figures.put("macro_f1", score.macroF1());
                figures.put("macro_f1_low", score.low());
                figures.put("macro_f1_high", score.high());
                figures.put("labels", (double) score.windowLabels());
              });
      figures.put("macro_f1_min", macroF1Min);
      figures.put("macro_f1_leave", macroF1Leave);
      figures.put("labels_new", (double) state.freshLabels());
      figures.put("labels_min", (double) minLabels);
      figures.put("requests_24h", (double) state.askedSince(now));
      figures.put("requests_24h_max", (double) runsPerDay);
      state
          .champion()
          .flatMap(Champion::alarm)
          .ifPresent(
              alarm -> {
                figures.put("drift_labels", (double) alarm.labels());
                figures.putAll(alarm.figures());
              });
      return figures;
    }
  }

  private static String interval(Evaluated score) {
    return String.format(
        Locale.ROOT,
        "macro F1 of %s is %.4f (95%% %.4f to %.4f) on %d labels",
        score.window(),
        score.macroF1(),
        score.low(),
        score.high(),
        score.windowLabels());
  }
}
