package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.evaluation.RetrainEvent.ChampionChanged;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.Evaluated;
import dev.verdict.evaluation.RetrainEvent.ManualRequest;
import dev.verdict.evaluation.RetrainEvent.RunChanged;
import dev.verdict.evaluation.RetrainEvent.RunState;
import dev.verdict.evaluation.RetrainReplay.Made;
import dev.verdict.evaluation.RetrainReplay.PhaseChange;
import dev.verdict.evaluation.RetrainReplay.Report;
import dev.verdict.evaluation.RetrainState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class RetrainReplayTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final Duration RUN = Duration.ofMinutes(30);

  private static RetrainPolicy policy(double f1Min, Duration cooldown, RetrainTrigger... triggers) {
    return new RetrainPolicy(
        new WindowSpec.Last(1000),
        f1Min,
        f1Min,
        500,
        cooldown,
        24,
        Duration.ZERO,
        Duration.ofMinutes(10),
        EnumSet.of(RetrainTrigger.F1, triggers));
  }

  private static RetrainReplay replay(double f1Min) {
    return new RetrainReplay(policy(f1Min, Duration.ofMinutes(10)), RUN, TICK);
  }

  private static boolean noTrial(Instant time) {
    return false;
  }

  private static Instant minute(long minutes) {
    return START.plus(Duration.ofMinutes(minutes));
  }

  /** A score each minute, ten labels more each; the interval ends at 0.75 from minute 60 on. */
  private static List<RetrainEvent> falling(long minutes) {
    List<RetrainEvent> events = new ArrayList<>();
    events.add(new ChampionChanged("v1", 0, START));
    for (long i = 1; i <= minutes; i++) {
      double high = i < 60 ? 0.9 : 0.75;
      events.add(
          new Evaluated(
              "v1",
              "last_1000",
              Math.min(1000, 10 * i),
              10 * i,
              high - 0.1,
              high - 0.05,
              high,
              minute(i)));
    }
    return events;
  }

  private static List<String> ids(Report report) {
    return report.requests().stream().map(made -> made.request().id()).toList();
  }

  @Test
  void otherBoundThenAnotherNumberOfRequests() {
    assertThat(
            replay(0.7)
                .run(falling(200), Set.of(), RetrainReplayTest::noTrial, minute(200))
                .requests())
        .isEmpty();

    // Asked at 60, published at 90 on 900 labels, cooled down at 100, 500 new labels at 140.
    Report report =
        replay(0.8).run(falling(150), Set.of(), RetrainReplayTest::noTrial, minute(150));
    assertThat(ids(report)).containsExactly("f1-v1-600", "f1-v1-1400");
    assertThat(report.requests()).noneMatch(Made::recorded);
    assertThat(report.requests().get(0).request().at()).isEqualTo(minute(60));
    assertThat(report.phases().stream().limit(4).map(PhaseChange::after))
        .containsExactly(Phase.REQUESTED, Phase.TRAINING, Phase.COOLDOWN, Phase.STEADY);
    assertThat(report.phases().get(2).at()).isEqualTo(minute(90));
  }

  @Test
  void samePolicyAsInFactThenTheSameRequestsByTheRecordedRuns() {
    List<RetrainEvent> events = falling(200);
    events.add(new RunChanged("f1-v1-600", RunState.RUNNING, minute(61)));
    events.add(new RunChanged("f1-v1-600", RunState.REJECTED, minute(65)));

    Report report =
        replay(0.8).run(events, Set.of("f1-v1-600"), RetrainReplayTest::noTrial, minute(120));

    // Rejected on 650 labels, so 500 new ones are there at 115, not at 140 as of an assumed run.
    assertThat(ids(report)).containsExactly("f1-v1-600", "f1-v1-1150", "f1-v1-1950");
    assertThat(report.requests().stream().map(Made::recorded)).containsExactly(true, false, false);
  }

  @Test
  void requestNotMadeThenItsRunIsLeftOutAndOnesMadeByHandAreNot() {
    List<RetrainEvent> events = falling(200);
    events.add(new RunChanged("f1-v1-600", RunState.RUNNING, minute(61)));
    events.add(new RunChanged("f1-v1-600", RunState.REJECTED, minute(65)));
    events.add(new ManualRequest("mine", minute(100)));
    events.add(new RunChanged("mine", RunState.RUNNING, minute(101)));
    events.add(new RunChanged("mine", RunState.PUBLISHED, minute(105)));

    Report report =
        replay(0.7).run(events, Set.of("f1-v1-600"), RetrainReplayTest::noTrial, minute(200));

    assertThat(report.requests()).isEmpty();
    assertThat(report.phases().get(0).at()).isEqualTo(minute(100));
    assertThat(report.phases().stream().map(PhaseChange::after))
        .containsExactly(Phase.REQUESTED, Phase.TRAINING, Phase.COOLDOWN, Phase.STEADY);
  }

  @Test
  void alarmIsRecordedThenOnlyAPolicyWithThatTriggerAsks() {
    List<RetrainEvent> events = falling(59);
    events.add(new DriftDetected("adwin", "v1", 55, Map.of(), minute(6)));
    RetrainPolicy drift = policy(0.7, Duration.ZERO, RetrainTrigger.DRIFT);

    assertThat(replay(0.7).run(events, Set.of(), RetrainReplayTest::noTrial, minute(60)).requests())
        .isEmpty();
    assertThat(
            ids(
                new RetrainReplay(drift, RUN, TICK)
                    .run(events, Set.of(), RetrainReplayTest::noTrial, minute(60))))
        .containsExactly("drift-v1-55");
  }

  @Test
  void challengerIsOnTrialThenNothingIsAskedForUntilItEnds() {
    Predicate<Instant> onTrial =
        time -> !time.isBefore(minute(50)) && time.isBefore(minute(80).plusSeconds(30));

    Report report = replay(0.8).run(falling(100), Set.of(), onTrial, minute(100));

    // The score of minute 81 is the first to come after the trial.
    assertThat(ids(report)).containsExactly("f1-v1-810");
    assertThat(report.phases().get(0).at()).isEqualTo(minute(81));
  }

  @Test
  void runAssumedToTakeLongerThanTheTimeoutThenNotSilent() {
    RetrainReplay slow = new RetrainReplay(policy(0.8, Duration.ZERO), Duration.ofHours(5), TICK);

    Report report = slow.run(falling(400), Set.of(), RetrainReplayTest::noTrial, minute(400));

    assertThat(report.phases().stream().map(PhaseChange::after))
        .startsWith(Phase.REQUESTED, Phase.TRAINING, Phase.COOLDOWN);
    assertThat(report.phases().get(2).at()).isEqualTo(minute(360));
  }

  @Test
  void eventsInAnyOrderThenTheSameReport() {
    List<RetrainEvent> shuffled = falling(300);
    Report report = replay(0.8).run(shuffled, Set.of(), RetrainReplayTest::noTrial, minute(300));
    Collections.shuffle(shuffled, new Random(1));

    assertThat(replay(0.8).run(shuffled, Set.of(), RetrainReplayTest::noTrial, minute(300)))
        .isEqualTo(report);
  }

  @Test
  void nothingRecordedThenNothing() {
    assertThat(replay(0.8).run(List.of(), Set.of(), RetrainReplayTest::noTrial, START).requests())
        .isEmpty();
    assertThatThrownBy(() -> new RetrainReplay(policy(0.8, RUN), Duration.ZERO, TICK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be positive");
  }
}
