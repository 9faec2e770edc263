package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.RetrainDecision.Outcome;
import dev.verdict.evaluation.RetrainEvent.ChampionChanged;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.RetrainEvent.Evaluated;
import dev.verdict.evaluation.RetrainEvent.ManualRequest;
import dev.verdict.evaluation.RetrainEvent.RunChanged;
import dev.verdict.evaluation.RetrainEvent.RunState;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainPolicy.Step;
import dev.verdict.evaluation.RetrainState;
import dev.verdict.evaluation.RetrainState.Champion;
import dev.verdict.evaluation.RetrainState.Phase;
import dev.verdict.evaluation.RetrainState.Runs;
import dev.verdict.evaluation.RetrainTrigger;
import dev.verdict.evaluation.WindowSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetrainDecisionsTest {
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.250Z");
  private static final RetrainPolicy POLICY =
      new RetrainPolicy(
          new WindowSpec.Last(1000),
          0.80,
          0.82,
          500,
          Duration.ofMinutes(10),
          24,
          Duration.ZERO,
          Duration.ofMinutes(10),
          EnumSet.of(RetrainTrigger.F1, RetrainTrigger.DRIFT));

  private static Evaluated score(long labels) {
    return new Evaluated("v1", "last_1000", 500, labels, 0.7, 0.75, 0.79, TIME);
  }

  private static <T> T roundTrip(T value, Class<T> type) {
    try (Serde<T> serde = new JsonSerde<>(type)) {
      return serde.deserializer().deserialize("s", serde.serializer().serialize("s", value));
    }
  }

  @Test
  void stateWithEverythingThenStillThereAfterReading() {
    RetrainState state =
        new RetrainState(
            Phase.TRAINING,
            TIME,
            Optional.of(
                new Champion(
                    "v1",
                    TIME,
                    12,
                    Optional.of(score(1L << 40)),
                    Optional.of(
                        new DriftDetected(
                            "adwin", "v1", 13, Map.of("error_rate", 0.1, "n", 5.0), TIME)))),
            TIME.minusSeconds(5),
            List.of(TIME, TIME.plusMillis(1)),
            new Runs(List.of("a", "b"), Optional.of("c"), List.of("d")),
            Outcome.TOO_FEW_LABELS);

    assertThat(roundTrip(state, RetrainState.class)).isEqualTo(state);
  }

  @Test
  void stateOfTheBeginningThenStillThereAfterReading() {
    RetrainState start = RetrainState.start(TIME.plusNanos(5));

    assertThat(roundTrip(start, RetrainState.class)).isEqualTo(start);
  }

  @Test
  void stateOfEachStepThenStillThereAfterReading() {
    RetrainState state = RetrainState.start(TIME);
    for (var event :
        List.of(
            new ChampionChanged("v1", 3, TIME),
            new DriftDetected("adwin", "v1", 40, Map.of("bad", Double.NaN), TIME),
            score(503),
            new ManualRequest("mine", TIME),
            new RunChanged("mine", RunState.RUNNING, TIME),
            new RunChanged("mine", RunState.FAILED, TIME))) {
      state = POLICY.step(state, event).state();
      assertThat(roundTrip(state, RetrainState.class)).isEqualTo(state);
    }
    assertThat(state.runs().ended()).containsExactly("mine");
  }

  @Test
  void requestThenDecisionAndRequestWithTheSameFigures() throws IOException {
    RetrainState state =
        POLICY.step(RetrainState.start(TIME), new ChampionChanged("v1", 0, TIME)).state();
    Step step = POLICY.step(state, score(500));
    Decision decision = RetrainDecisions.of(step.decision());
    RetrainRequest request = RetrainDecisions.of(step.request().orElseThrow());

    assertThat(decision.decision()).isEqualTo("retrain");
    assertThat(decision.rule()).isEqualTo("f1");
    assertThat(decision.outcome()).hasValue("requested");
    assertThat(decision.phaseBefore()).hasValue("steady");
    assertThat(decision.phaseAfter()).hasValue("requested");
    assertThat(request.requestId()).isEqualTo("f1-v1-500");
    assertThat(request.trigger()).isEqualTo(RetrainRequest.Trigger.F1);
    assertThat(request.evidence()).isEqualTo(decision.figures()).containsEntry("labels_new", 500.0);
    assertThat(Json.read(Json.write(decision), Decision.class)).isEqualTo(decision);
  }

  @ParameterizedTest
  @EnumSource(names = "MANUAL", mode = EnumSource.Mode.EXCLUDE)
  void triggerThenTheSameOnTheWire(RetrainTrigger trigger) {
    assertThat(RetrainRequest.Trigger.valueOf(trigger.name()).wireName())
        .isEqualTo(trigger.wireName());
  }

  @Test
  void decisionOfAnOlderReleaseThenWithoutPhases() throws IOException {
    Decision decision =
        Json.read(
            ("{\"decision\":\"retrain\",\"rule\":\"f1\",\"model_version\":\"v1\",\"reason\":\"low\","
                    + "\"figures\":{\"labels\":9.0},\"decided_at\":\"2026-01-31T12:00:00.250Z\"}")
                .getBytes(StandardCharsets.UTF_8),
            Decision.class);

    assertThat(decision)
        .isEqualTo(new Decision("retrain", "f1", "v1", "low", Map.of("labels", 9.0), TIME));
  }
}
