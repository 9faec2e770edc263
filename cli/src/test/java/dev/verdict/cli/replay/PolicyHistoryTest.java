package dev.verdict.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation.Interval;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.RetrainRequest.Trigger;
import dev.verdict.evaluation.RetrainEvent;
import dev.verdict.evaluation.RetrainEvent.ChampionChanged;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.DriftWithdrawn;
import dev.verdict.evaluation.RetrainEvent.Evaluated;
import dev.verdict.evaluation.RetrainEvent.ManualRequest;
import dev.verdict.evaluation.WindowSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PolicyHistoryTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final WindowSpec WINDOW = new WindowSpec.Last(1000);
  private final PolicyHistory history = new PolicyHistory();

  private static Instant second(long seconds) {
    return START.plusSeconds(seconds);
  }

  private void evaluation(String version, String window, long labels, long second) {
    evaluation(version, window, labels, OptionalLong.empty(), second);
  }

  private void evaluation(
      String version, String window, long labels, OptionalLong total, long second) {
    history.evaluation(
        new EvaluationPoint(
            "reviews",
            version,
            window,
            Optional.empty(),
            labels,
            total,
            0.75,
            new Interval(0.7, 0.8),
            second(second)));
  }

  private List<Long> totals() {
    return history.events(WINDOW).stream()
        .filter(event -> event instanceof Evaluated)
        .map(event -> ((Evaluated) event).labels())
        .toList();
  }

  @Test
  void labelsNotRecordedThenCountedAtLeastByTheWindowThatShowsMost() {
    evaluation("v1", "last_1000", 900, 1);
    evaluation("v1", "last_1000", 1000, 2);
    evaluation("v1", "last_1000", 1000, 3);
    evaluation("v1", "1h", 1500, 4);
    evaluation("v1", "last_1000", 1000, 5);

    assertThat(totals()).containsExactly(900L, 1000L, 1001L, 1500L);
    assertThat(history.labelsExact()).isFalse();
  }

  @Test
  void labelsRecordedThenTheyAreTaken() {
    evaluation("v1", "last_1000", 1000, OptionalLong.of(70_000), 1);

    assertThat(totals()).containsExactly(70_000L);
    assertThat(history.labelsExact()).isTrue();
  }

  @Test
  void championsThenWithTheLabelsOfBefore() {
    evaluation("v1", "last_1000", 300, 10);
    history.champion(new RegistryAlias("v1"), second(0));
    history.decision(new Decision("promote", "gate", "v2", "", Map.of(), second(20)));
    history.decision(new Decision("keep", "gate", "v2", "", Map.of(), second(25)));
    history.decision(new Decision("rollback", "manual", "v1", "", Map.of(), second(30)));

    assertThat(history.events(WINDOW).stream().filter(each -> each instanceof ChampionChanged))
        .containsExactly(
            new ChampionChanged("v1", 0, second(0)),
            new ChampionChanged("v2", 0, second(20)),
            new ChampionChanged("v1", 300, second(30)));
  }

  private void decide(String decision, String rule, String version, long second) {
    history.decision(new Decision(decision, rule, version, "", Map.of(), second(second)));
  }

  private List<RetrainEvent> champions() {
    return history.events(WINDOW).stream().filter(each -> each instanceof ChampionChanged).toList();
  }

  /** Seconds, of those up to the last, in which a trial is under way. */
  private List<Long> trialSeconds(long last) {
    Predicate<Instant> onTrial = history.onTrial();
    return LongStream.rangeClosed(0, last)
        .filter(second -> onTrial.test(second(second)))
        .boxed()
        .toList();
  }

  @Test
  void challengersComeAndGoThenOnlyAConfirmedOneIsJudged() {
    decide("promote", "first_champion", "v1", 0);
    decide("challenge", "gate", "v2", 2);
    decide("reject", "challenger", "v2", 4);
    decide("challenge", "gate", "v3", 6);
    decide("canary", "challenger", "v3", 8);
    decide("rollback", "canary", "v3", 10);
    decide("challenge", "gate", "v4", 12);
    decide("canary", "challenger", "v4", 14);
    decide("promote", "canary", "v4", 16);

    assertThat(champions())
        .containsExactly(
            new ChampionChanged("v1", 0, second(0)), new ChampionChanged("v4", 0, second(16)));
    assertThat(trialSeconds(18)).containsExactly(2L, 3L, 6L, 7L, 8L, 9L, 12L, 13L, 14L, 15L);
  }

  @Test
  void registryShowsTheSameRollbackThenTheDecisionsHold() {
    decide("promote", "first_champion", "v1", 0);
    decide("challenge", "gate", "v2", 2);
    decide("canary", "challenger", "v2", 4);
    decide("rollback", "canary", "v2", 6);
    history.champion(
        new RegistryAlias(
            "v1", Optional.of(new Decision("rollback", "canary", "v2", "", Map.of(), second(6)))),
        second(6));

    assertThat(champions()).containsExactly(new ChampionChanged("v1", 0, second(0)));
  }

  @Test
  void decisionsBeginWithACanaryThenTheRegistryTellsWhoServedAfterIt() {
    decide("canary", "challenger", "v2", 4);
    history.champion(
        new RegistryAlias(
            "v2", Optional.of(new Decision("canary", "challenger", "v2", "", Map.of(), second(4)))),
        second(4));
    decide("rollback", "canary", "v2", 6);
    history.champion(
        new RegistryAlias(
            "v1", Optional.of(new Decision("rollback", "canary", "v2", "", Map.of(), second(6)))),
        second(6));

    assertThat(champions()).containsExactly(new ChampionChanged("v1", 0, second(6)));
  }

  @Test
  void operatorEndsACanaryThenTheNamedVersionIsJudged() {
    decide("promote", "first_champion", "v1", 0);
    decide("challenge", "gate", "v2", 2);
    decide("canary", "challenger", "v2", 4);
    decide("confirm", "manual", "v2", 6);
    decide("rollback", "manual", "v1", 8);
    decide("pin", "manual", "v2", 10);
    decide("challenge", "gate", "v3", 12);
    decide("promote", "manual", "v3", 14);

    assertThat(champions())
        .containsExactly(
            new ChampionChanged("v1", 0, second(0)),
            new ChampionChanged("v2", 0, second(6)),
            new ChampionChanged("v1", 0, second(8)),
            new ChampionChanged("v2", 0, second(10)),
            new ChampionChanged("v3", 0, second(14)));
    assertThat(trialSeconds(20)).containsExactly(2L, 3L, 4L, 5L, 12L, 13L);
  }

  @Test
  void challengerIsStillOnTrialThenUntilTheEnd() {
    decide("promote", "first_champion", "v1", 0);
    decide("challenge", "gate", "v2", 2);

    assertThat(trialSeconds(4)).containsExactly(2L, 3L, 4L);
  }

  @Test
  void alarmAndRequestsThenEventsInOrder() {
    history.request(
        new RetrainRequest("mine", Trigger.MANUAL, Optional.empty(), Map.of(), Optional.empty()),
        second(9));
    history.request(
        new RetrainRequest(
            "f1-v1-5", Trigger.F1, Optional.of("low"), Map.of(), Optional.of(second(3))),
        second(4));
    history.decision(
        new Decision("wait", "drift", "v1", "", Map.of("drift_labels", 42.0), second(5)));

    assertThat(history.events(WINDOW))
        .containsExactly(
            new DriftDetected("a detector", "v1", 42, Map.of(), second(5)),
            new ManualRequest("mine", second(9)));
    assertThat(history.automatic()).containsExactly("f1-v1-5");
    assertThat(history.asked().stream().map(PolicyHistory.Asked::requestId))
        .containsExactly("f1-v1-5", "mine");
    assertThat(history.events(WINDOW)).isSortedAccordingTo((a, b) -> a.now().compareTo(b.now()));
  }

  @Test
  void alarmWithdrawnThenItIsInTheReplayToo() {
    history.decision(
        new Decision(
            "wait",
            "drift",
            "v1",
            "",
            Map.of("errors_before", 0.1, "errors_now", 0.12),
            Optional.of("withdrawn"),
            Optional.of("suspect"),
            Optional.of("steady"),
            second(5)));

    assertThat(history.events(WINDOW))
        .containsExactly(
            new DriftWithdrawn("a detector", "v1", Long.MAX_VALUE, 0.1, 0.12, second(5)));
  }

  @Test
  void segmentThenPassedOver() {
    history.evaluation(
        new EvaluationPoint(
            "reviews",
            "v1",
            "last_1000",
            Optional.of("line=shoes"),
            9,
            OptionalLong.empty(),
            0.1,
            new Interval(0, 1),
            START));

    assertThat(history.events(WINDOW)).isEqualTo(List.<RetrainEvent>of());
  }
}
