package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.RetrainDecision.Outcome;
import dev.verdict.evaluation.RetrainEvent.ChampionChanged;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.DriftWithdrawn;
import dev.verdict.evaluation.RetrainEvent.Evaluated;
import dev.verdict.evaluation.RetrainEvent.ManualRequest;
import dev.verdict.evaluation.RetrainEvent.RunChanged;
import dev.verdict.evaluation.RetrainEvent.RunState;
import dev.verdict.evaluation.RetrainEvent.Tick;
import dev.verdict.evaluation.RetrainPolicy.Request;
import dev.verdict.evaluation.RetrainPolicy.Step;
import dev.verdict.evaluation.RetrainState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetrainPolicyTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final String V1 = "v000001-aaaaaaaa";
  private static final String V2 = "v000002-bbbbbbbb";
  private static final Duration COOLDOWN = Duration.ofMinutes(10);

  private RetrainPolicy policy =
      policy(Set.of(RetrainTrigger.F1, RetrainTrigger.DRIFT), Duration.ZERO, 24);
  private RetrainState state = RetrainState.start(START);
  private Instant now = START;

  @BeforeEach
  void serve() {
    serve(V1, 0);
  }

  private Step serve(String version, long labels) {
    return feed(new ChampionChanged(version, labels, now));
  }

  private static RetrainPolicy policy(
      Set<RetrainTrigger> triggers, Duration schedule, int runsPerDay) {
    return new RetrainPolicy(
        new WindowSpec.Last(1000),
        0.80,
        0.82,
        500,
        COOLDOWN,
        runsPerDay,
        schedule,
        Duration.ofMinutes(5),
        triggers);
  }

  private Step feed(RetrainEvent event) {
    Step step = policy.step(state, event);
    state = step.state();
    return step;
  }

  private Evaluated score(String version, long labels, double low, double high) {
    return new Evaluated(
        version, "last_1000", Math.min(1000, labels), labels, low, (low + high) / 2, high, now);
  }

  private Step evaluate(long labels, double low, double high) {
    return feed(score(V1, labels, low, high));
  }

  private Step pass(Duration time) {
    now = now.plus(time);
    return feed(new Tick(now));
  }

  private Step run(Request request, RunState to) {
    return feed(new RunChanged(request.id(), to, now));
  }

  private DriftDetected drift(long labels) {
    return new DriftDetected("adwin", V1, labels, Map.of("error_rate", 0.4), now);
  }

  @Test
  void wholeIntervalBelowTheBoundThenOneRequestWithItsEvidence() {
    Step step = evaluate(500, 0.70, 0.79);

    Request request = step.request().orElseThrow();
    assertThat(request.id()).isEqualTo("f1-" + V1 + "-500");
    assertThat(request.trigger()).isEqualTo(RetrainTrigger.F1);
    assertThat(request.reason())
        .isEqualTo(
            "macro F1 of last_1000 is 0.7450 (95% 0.7000 to 0.7900) on 500 labels, below 0.8000");
    assertThat(request.figures())
        .containsEntry("macro_f1_high", 0.79)
        .containsEntry("labels", 500.0)
        .containsEntry("requests_24h", 0.0);
    assertThat(step.decision().before()).isEqualTo(Phase.STEADY);
    assertThat(step.decision().after()).isEqualTo(Phase.REQUESTED);
    assertThat(evaluate(501, 0.70, 0.79).request()).isEmpty();
  }

  @Test
  void alarmWithdrawnThenNoRequestAndTheNextAlarmCounts() {
    evaluate(600, 0.85, 0.95);
    feed(drift(610));
    assertThat(state.phase()).isEqualTo(Phase.SUSPECT);
    assertThat(feed(drift(620)).news()).as("the same change").isFalse();

    Step step = feed(new DriftWithdrawn("adwin", V1, 860, 0.1, 0.11, now));

    assertThat(step.request()).isEmpty();
    assertThat(step.news()).isTrue();
    assertThat(step.decision().outcome()).isEqualTo(Outcome.WITHDRAWN);
    assertThat(step.decision().reason())
        .isEqualTo(
            "adwin's alarm is withdrawn: 0.1100 of the newest labels were wrong, 0.1000 before it");
    assertThat(step.decision().figures())
        .containsEntry("errors_before", 0.1)
        .containsEntry("errors_now", 0.11)
        .doesNotContainKey("drift_labels");
    assertThat(state.phase()).isEqualTo(Phase.STEADY);
    assertThat(evaluate(2000, 0.85, 0.95).request()).isEmpty();

    feed(drift(2010));
    assertThat(evaluate(2510, 0.85, 0.95).request().orElseThrow().id())
        .isEqualTo("drift-" + V1 + "-2010");
  }

  @Test
  void alarmOfAfterWhatWithdrawsThenItStays() {
    evaluate(600, 0.85, 0.95);
    feed(drift(900));

    assertThat(feed(new DriftWithdrawn("adwin", V1, 860, 0.1, 0.11, now)).news()).isFalse();
    assertThat(feed(new DriftWithdrawn("adwin", V2, 1000, 0.1, 0.11, now)).news()).isFalse();
    assertThat(state.phase()).isEqualTo(Phase.SUSPECT);
  }

  @Test
  void alarmWithdrawnWhileF1IsUnclearThenStillSuspected() {
    evaluate(600, 0.70, 0.81);
    feed(drift(610));

    feed(new DriftWithdrawn("adwin", V1, 860, 0.1, 0.11, now));

    assertThat(state.phase()).isEqualTo(Phase.SUSPECT);
  }

  @Test
  void pointBelowTheBoundButNotTheIntervalThenNone() {
    Step step = evaluate(500, 0.70, 0.80);

    assertThat(step.request()).isEmpty();
    assertThat(step.decision().outcome()).isEqualTo(Outcome.NO_NEED);
    assertThat(state.phase()).isEqualTo(Phase.STEADY);
  }

  @Test
  void suspectedThenClearedOnlyWhenTheWholeIntervalIsAboveTheOtherBound() {
    assertThat(evaluate(100, 0.70, 0.79).decision().outcome()).isEqualTo(Outcome.TOO_FEW_LABELS);
    assertThat(state.phase()).isEqualTo(Phase.SUSPECT);
    assertThat(evaluate(101, 0.81, 0.90).decision().after()).isEqualTo(Phase.SUSPECT);
    assertThat(evaluate(102, 0.82, 0.90).decision().after()).isEqualTo(Phase.STEADY);
  }

  @Test
  void burstOfWrongLabelsOverBeforeThereAreEnoughThenNone() {
    for (long labels = 100; labels < 500; labels++) {
      assertThat(evaluate(labels, 0.3, 0.5).request()).isEmpty();
    }
    for (long labels = 500; labels < 2000; labels++) {
      assertThat(evaluate(labels, 0.78, 0.83).request()).isEmpty();
    }
    assertThat(evaluate(2000, 0.70, 0.79).request()).as("it could have fired").isPresent();
  }

  @Test
  void enoughLabelsGradedButTooFewInTheWindowThenNone() {
    Evaluated few = new Evaluated(V1, "1h", 499, 9000, 0.1, 0.2, 0.3, now);

    assertThat(feed(few).decision().outcome()).isEqualTo(Outcome.TOO_FEW_LABELS);
  }

  @Test
  void scoreThatStaysBlockedForTheSameReasonThenToldOnce() {
    assertThat(evaluate(100, 0.70, 0.79).news()).isTrue();
    assertThat(evaluate(101, 0.70, 0.79).news()).isFalse();
    assertThat(evaluate(102, 0.75, 0.81).news()).as("a short doubt").isFalse();
    assertThat(evaluate(103, 0.70, 0.79).news()).isFalse();
    assertThat(evaluate(104, 0.85, 0.90).news()).isTrue();
    assertThat(evaluate(105, 0.85, 0.90).news()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = RunState.class,
      names = {"REJECTED", "FAILED", "SKIPPED"})
  void runEndsThenCooldownAndOnlyNewLabelsCount(RunState end) {
    Request first = evaluate(500, 0.70, 0.79).request().orElseThrow();
    assertThat(run(first, RunState.ACCEPTED).decision().after()).isEqualTo(Phase.TRAINING);
    evaluate(900, 0.70, 0.79);
    assertThat(run(first, end).decision().after()).isEqualTo(Phase.COOLDOWN);

    assertThat(evaluate(1400, 0.70, 0.79).decision().outcome()).isEqualTo(Outcome.COOLING);
    assertThat(pass(COOLDOWN.minusMillis(1)).decision().after()).isEqualTo(Phase.COOLDOWN);
    assertThat(pass(Duration.ofMillis(1)).decision().after()).isEqualTo(Phase.STEADY);
    assertThat(pass(Duration.ofSeconds(1)).request().orElseThrow().id())
        .isEqualTo("f1-" + V1 + "-1400");
  }

  @Test
  void runPublishedThenTheNewVersionBeginsUnsuspected() {
    Request first = evaluate(500, 0.70, 0.79).request().orElseThrow();
    feed(drift(510));
    run(first, RunState.PUBLISHED);
    assertThat(pass(COOLDOWN).decision().after()).isEqualTo(Phase.STEADY);

    serve(V2, 0);
    assertThat(feed(score(V2, 499, 0.70, 0.79)).request()).isEmpty();
    assertThat(feed(score(V2, 500, 0.70, 0.79)).request()).isPresent();
  }

  @Test
  void versionThatServesAgainThenItsOldLabelsAreNotNew() {
    evaluate(5000, 0.85, 0.90);
    serve(V2, 0);
    assertThat(evaluate(5100, 0.70, 0.79).decision().outcome()).isEqualTo(Outcome.IGNORED);
    pass(Duration.ofSeconds(1));
    serve(V1, 5000);

    assertThat(evaluate(5499, 0.70, 0.79).request()).isEmpty();
    assertThat(evaluate(5500, 0.70, 0.79).request()).isPresent();
  }

  @Test
  void driftThenItAsksOnceLabelsSinceThenAreEnough() {
    Step early = feed(drift(300));
    assertThat(early.decision().outcome()).isEqualTo(Outcome.TOO_FEW_LABELS);
    assertThat(early.news()).isTrue();
    assertThat(feed(drift(300)).decision().outcome()).isEqualTo(Outcome.IGNORED);
    assertThat(feed(drift(299)).decision().outcome()).isEqualTo(Outcome.IGNORED);

    assertThat(feed(drift(310)).news()).as("the same change").isFalse();
    assertThat(evaluate(799, 0.85, 0.90).decision().outcome())
        .as("labels of before the change do not count")
        .isEqualTo(Outcome.TOO_FEW_LABELS);
    Request request = evaluate(800, 0.85, 0.90).request().orElseThrow();
    assertThat(request.id()).isEqualTo("drift-" + V1 + "-300");
    assertThat(request.figures()).containsEntry("error_rate", 0.4);
    run(request, RunState.REJECTED);
    assertThat(feed(drift(300)).decision().outcome())
        .as("has led to a run")
        .isEqualTo(Outcome.IGNORED);
  }

  @Test
  void driftWhileF1IsLowThenOneRequestForBoth() {
    evaluate(499, 0.70, 0.79);
    assertThat(feed(drift(490)).request()).isEmpty();
    assertThat(evaluate(500, 0.70, 0.79).request()).isEmpty();
    assertThat(evaluate(990, 0.70, 0.79).request().orElseThrow().trigger())
        .isEqualTo(RetrainTrigger.F1);
    assertThat(feed(drift(490)).decision().outcome()).isEqualTo(Outcome.IGNORED);
  }

  @Test
  void driftDuringARunThenToldWithItsFiguresAndKept() {
    Request request = evaluate(500, 0.70, 0.79).request().orElseThrow();
    run(request, RunState.RUNNING);
    Step alarm = feed(drift(510));
    assertThat(alarm.news()).isTrue();
    assertThat(alarm.decision().reason())
        .isEqualTo("adwin found drift after 510 labels; a run is under way");
    assertThat(alarm.decision().figures()).containsEntry("drift_labels", 510.0);

    run(request, RunState.REJECTED);
    pass(COOLDOWN);
    assertThat(evaluate(1010, 0.85, 0.90).request().orElseThrow().trigger())
        .isEqualTo(RetrainTrigger.DRIFT);
  }

  @Test
  void driftOfAnotherVersionOrNoTriggerThenNone() {
    evaluate(1000, 0.85, 0.90);
    assertThat(feed(new DriftDetected("adwin", V2, 900, Map.of(), now)).request()).isEmpty();
    policy = policy(Set.of(RetrainTrigger.F1), Duration.ZERO, 24);
    assertThat(feed(drift(1000)).request()).isEmpty();
    assertThat(evaluate(1001, 0.85, 0.90).request()).isEmpty();
  }

  @Test
  void scheduleThenOneRequestASlot() {
    policy = policy(Set.of(RetrainTrigger.SCHEDULE), Duration.ofHours(6), 24);
    assertThat(evaluate(1000, 0.3, 0.4).request()).as("slot in which all began").isEmpty();
    assertThat(pass(Duration.ofHours(6).minusMillis(1)).request()).isEmpty();

    Request request = pass(Duration.ofMillis(1)).request().orElseThrow();
    assertThat(request.id())
        .isEqualTo("schedule-" + START.plus(Duration.ofHours(6)).toEpochMilli());
    run(request, RunState.REJECTED);
    pass(COOLDOWN);
    evaluate(5000, 0.3, 0.4);
    assertThat(pass(Duration.ofHours(5)).request()).isEmpty();
    assertThat(pass(Duration.ofHours(1)).request()).isPresent();
  }

  @Test
  void budgetUsedThenNoneUntilTheFirstIsADayOld() {
    policy = policy(Set.of(RetrainTrigger.F1), Duration.ZERO, 2);
    for (int i = 1; i <= 2; i++) {
      run(evaluate(i * 1000L, 0.70, 0.79).request().orElseThrow(), RunState.REJECTED);
      pass(COOLDOWN);
    }
    assertThat(evaluate(3000, 0.70, 0.79).decision().outcome()).isEqualTo(Outcome.BUDGET);
    assertThat(pass(Duration.ofHours(24).minus(COOLDOWN.multipliedBy(2)).minusMillis(1)).request())
        .isEmpty();
    assertThat(pass(Duration.ofMillis(1)).request()).isPresent();
  }

  @Test
  void nobodyAnswersThenToldOnceAndNoSecondRequestUntilSomebodyDoes() {
    Request request = evaluate(500, 0.70, 0.79).request().orElseThrow();
    assertThat(pass(Duration.ofMinutes(5).minusMillis(1)).decision().outcome())
        .isEqualTo(Outcome.WAITING);
    Step unanswered = pass(Duration.ofMillis(1));
    assertThat(unanswered.decision().outcome()).isEqualTo(Outcome.UNANSWERED);
    assertThat(unanswered.news()).isTrue();
    assertThat(evaluate(2000, 0.70, 0.79).news()).isFalse();
    assertThat(state.phase()).isEqualTo(Phase.REQUESTED);

    assertThat(run(request, RunState.RUNNING).decision().after()).isEqualTo(Phase.TRAINING);
    run(request, RunState.FAILED);
    pass(COOLDOWN);
    assertThat(evaluate(3000, 0.70, 0.79).request()).isPresent();
  }

  @Test
  void nobodyAnswersForADayThenAnotherIsMadeOfNewLabelsAfterACooldown() {
    evaluate(500, 0.70, 0.79);
    evaluate(2000, 0.70, 0.79);

    assertThat(pass(Duration.ofHours(24).minusMillis(1)).decision().outcome())
        .isEqualTo(Outcome.UNANSWERED);
    assertThat(pass(Duration.ofMillis(1)).decision().outcome()).isEqualTo(Outcome.GIVEN_UP);
    assertThat(state.phase()).isEqualTo(Phase.COOLDOWN);
    pass(COOLDOWN);
    assertThat(pass(Duration.ofSeconds(1)).request()).isEmpty();
    assertThat(evaluate(2500, 0.70, 0.79).request()).isPresent();
  }

  @Test
  void runFallsSilentThenItsRequestWaitsAgain() {
    Request request = evaluate(500, 0.70, 0.79).request().orElseThrow();
    run(request, RunState.ACCEPTED);
    pass(Duration.ofMinutes(4));
    assertThat(run(request, RunState.RUNNING).news()).as("progress").isFalse();
    assertThat(pass(Duration.ofMinutes(4)).decision().outcome()).isEqualTo(Outcome.RUNNING);
    assertThat(pass(Duration.ofMinutes(1)).decision().outcome()).isEqualTo(Outcome.UNANSWERED);
    assertThat(state.phase()).isEqualTo(Phase.REQUESTED);
    assertThat(evaluate(2000, 0.70, 0.79).request()).isEmpty();
    assertThat(run(request, RunState.RUNNING).decision().after()).isEqualTo(Phase.TRAINING);
  }

  @Test
  void newsOfARunThatHasEndedThenIgnored() {
    Request request = evaluate(500, 0.70, 0.79).request().orElseThrow();
    run(request, RunState.RUNNING);
    run(request, RunState.REJECTED);
    RetrainState ended = state;

    assertThat(run(request, RunState.RUNNING).decision().outcome()).isEqualTo(Outcome.IGNORED);
    assertThat(run(request, RunState.REJECTED).decision().outcome()).isEqualTo(Outcome.IGNORED);
    assertThat(state).isEqualTo(ended);
  }

  @Test
  void championOfBeforeThenItsChangeIsOldNews() {
    pass(Duration.ofMinutes(1));
    serve(V2, 0);

    assertThat(feed(new ChampionChanged(V1, 0, START)).decision().outcome())
        .isEqualTo(Outcome.IGNORED);
    assertThat(feed(score(V2, 500, 0.70, 0.79)).request()).isPresent();
  }

  @Test
  void suspectedAndAnotherVersionServesThenSteady() {
    evaluate(100, 0.70, 0.79);
    assertThat(state.phase()).isEqualTo(Phase.SUSPECT);

    assertThat(serve(V2, 0).decision().after()).isEqualTo(Phase.STEADY);
  }

  @Test
  void madeByHandThenNeverBlockedAndNoBudgetUsed() {
    policy = policy(Set.of(RetrainTrigger.F1), Duration.ZERO, 1);
    Request own = evaluate(500, 0.70, 0.79).request().orElseThrow();
    run(own, RunState.REJECTED);
    Step manual = feed(new ManualRequest("please", now));

    assertThat(manual.decision().after()).isEqualTo(Phase.REQUESTED);
    assertThat(manual.request()).as("people wrote it themselves").isEmpty();
    assertThat(state.askedSince(now)).isEqualTo(1);
    assertThat(feed(new RunChanged("please", RunState.ACCEPTED, now)).decision().after())
        .isEqualTo(Phase.TRAINING);
    assertThat(feed(new ManualRequest("please", now)).news()).isFalse();
  }

  @Test
  void madeByHandDuringARunThenTheRunGoesOn() {
    Request own = evaluate(500, 0.70, 0.79).request().orElseThrow();
    run(own, RunState.RUNNING);
    assertThat(feed(new ManualRequest("please", now)).decision().after()).isEqualTo(Phase.TRAINING);
    assertThat(feed(new RunChanged("please", RunState.SKIPPED, now)).decision().after())
        .isEqualTo(Phase.TRAINING);
    feed(new ManualRequest("again", now));
    assertThat(run(own, RunState.PUBLISHED).decision().after()).isEqualTo(Phase.REQUESTED);
    assertThat(feed(new RunChanged("again", RunState.SKIPPED, now)).decision().after())
        .isEqualTo(Phase.COOLDOWN);
  }

  @Test
  void everyDecisionThenOneSentenceWithoutItsFullStop() {
    List<Step> steps = new ArrayList<>();
    steps.add(evaluate(100, 0.70, 0.79));
    steps.add(evaluate(101, 0.75, 0.81));
    steps.add(evaluate(600, 0.70, 0.79));
    steps.add(serve(V2, 40));
    steps.add(pass(Duration.ofMinutes(5)));
    steps.add(feed(new RunChanged("f1", RunState.RUNNING, now)));
    steps.add(pass(Duration.ofMinutes(5)));
    steps.add(feed(new ManualRequest("please", now)));
    steps.add(pass(RetrainState.DAY));
    steps.add(pass(COOLDOWN));
    steps.add(feed(score(V2, 539, 0.70, 0.79)));

    assertThat(steps.stream().map(step -> step.decision().reason()))
        .allMatch(reason -> reason.matches("[a-z0-9].*[^.]"));
    assertThat(steps.get(steps.size() - 1).decision().reason())
        .isEqualTo(
            "macro F1 of last_1000 is 0.7450 (95% 0.7000 to 0.7900) on 539 labels, below 0.8000,"
                + " but on 499 new labels, fewer than 500");
  }
}
