package dev.verdict.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.RetrainRequest.Trigger;
import dev.verdict.contract.TrainingRun;
import dev.verdict.contract.TrainingRun.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SkipRulesTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Map<Integer, Long> READ = Map.of(0, 100L, 1, 90L);
  private static final Map<Integer, Long> NEW = Map.of(0, 100L, 1, 91L);

  private final RunHistory history = new RunHistory();
  private final SkipRules rules = new SkipRules(history, Duration.ofMinutes(10));

  @Test
  void firstRequestWithNewLabelsThenRuns() {
    assertThat(reason(Trigger.F1, "f1-1", minute(0), NEW)).isEmpty();
  }

  @Test
  void answeredRequestThenSkippedWhateverItsEnd() {
    for (State state : List.of(State.PUBLISHED, State.REJECTED, State.FAILED, State.SKIPPED)) {
      history.add(run(state.wireName(), state, minute(0), minute(1)));
      assertThat(reason(Trigger.MANUAL, state.wireName(), minute(30), NEW))
          .hasValue("request " + state.wireName() + " was answered before");
    }
  }

  @Test
  void unfinishedRequestThenTakenAgain() {
    history.add(run("f1-1", State.RUNNING, minute(0), minute(1)));
    assertThat(reason(Trigger.F1, "f1-1", minute(0), NEW)).isEmpty();
  }

  @Test
  void askedForBeforeTheChampionThenSkippedUnlessByHand() {
    assertThat(reason(Trigger.F1, "f1-1", minute(-1), NEW))
        .hasValue("champion v000001-aa was published since");
    assertThat(reason(Trigger.MANUAL, "mine", minute(-1), NEW)).isEmpty();
  }

  @Test
  void noNewLabelsThenSkippedAlsoByHand() {
    history.add(run("f1-1", State.REJECTED, minute(0), minute(1)));
    for (Trigger trigger : Trigger.values()) {
      assertThat(reason(trigger, "next", minute(60), READ))
          .hasValue("no new labels since run run-f1-1");
    }
  }

  @Test
  void failedRunThenItsLabelsAreStillNew() {
    history.add(run("f1-1", State.FAILED, minute(0), minute(1)));
    assertThat(reason(Trigger.F1, "f1-2", minute(2), READ)).isEmpty();
  }

  @Test
  void askedForDuringARunThenSkippedUnlessByHand() {
    history.add(run("f1-1", State.REJECTED, minute(0), minute(5)));
    assertThat(reason(Trigger.DRIFT, "drift-1", minute(4), NEW))
        .hasValue("asked for while run run-f1-1 was under way");
    assertThat(reason(Trigger.MANUAL, "mine", minute(4), NEW)).isEmpty();
  }

  @Test
  void withinTheCooldownThenSkippedUnlessByHand() {
    history.add(run("f1-1", State.REJECTED, minute(0), minute(5)));
    assertThat(reason(Trigger.SCHEDULE, "daily", minute(9), NEW))
        .hasValue("within the cooldown of 600 s after the request of run run-f1-1");
    assertThat(reason(Trigger.MANUAL, "mine", minute(9), NEW)).isEmpty();
    assertThat(reason(Trigger.SCHEDULE, "daily", minute(10), NEW)).isEmpty();
  }

  @Test
  void historyInAnyOrderThenTheNewestTrainedRunCounts() {
    history.add(run("f1-2", State.PUBLISHED, minute(20), minute(25)));
    history.add(run("f1-1", State.REJECTED, minute(0), minute(5)));
    history.add(run("f1-3", State.SKIPPED, minute(40), minute(40)));
    assertThat(history.lastTrained().map(TrainingRun::requestId)).hasValue("f1-2");
  }

  private Optional<String> reason(
      Trigger trigger, String id, Instant requestedAt, Map<Integer, Long> ends) {
    RetrainRequest request =
        new RetrainRequest(id, trigger, Optional.empty(), Map.of(), Optional.of(requestedAt));
    return rules.reason(request, requestedAt, champion(), ends);
  }

  private static ModelManifest champion() {
    return new ModelManifest(
        "reviews",
        "v000001-aa",
        1,
        "reviews/v000001-aa",
        "aa",
        List.of("negative", "positive"),
        "scratch:tiny",
        Optional.empty(),
        "bootstrap",
        Map.of(),
        Map.of(),
        START);
  }

  private static TrainingRun run(String request, State state, Instant requestedAt, Instant ended) {
    return new TrainingRun(
        "run-" + request,
        request,
        state,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.of(requestedAt),
        READ,
        ended);
  }

  private static Instant minute(int minute) {
    return START.plus(Duration.ofMinutes(minute));
  }
}
