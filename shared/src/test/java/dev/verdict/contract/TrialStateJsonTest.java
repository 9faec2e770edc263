package dev.verdict.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.ChallengerPolicy;
import dev.verdict.evaluation.ChallengerTrial;
import dev.verdict.evaluation.PairedOutcome;
import dev.verdict.evaluation.TrialDecision;
import dev.verdict.evaluation.TrialEvent;
import dev.verdict.evaluation.TrialEvent.AliasesChanged;
import dev.verdict.evaluation.TrialEvent.Graded;
import dev.verdict.evaluation.TrialEvent.Paired;
import dev.verdict.evaluation.TrialEvent.Tick;
import dev.verdict.evaluation.TrialState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrialStateJsonTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00.123Z");

  private static AliasesChanged aliases(
      long revision, String champion, Optional<String> previous, Optional<String> challenger) {
    return new AliasesChanged(
        revision,
        Optional.of(champion),
        previous,
        challenger,
        previous.isPresent() ? Optional.of(champion) : Optional.empty(),
        false,
        START);
  }

  private static List<TrialEvent> events() {
    List<TrialEvent> events = new ArrayList<>();
    events.add(aliases(0, "v1", Optional.empty(), Optional.of("v2")));
    for (int i = 0; i < 120; i++) {
      String actual = i % 2 == 0 ? "schlecht" : "gut";
      String champion = i % 4 < 2 ? actual : i % 2 == 0 ? "gut" : "schlecht";
      events.add(new Paired("v1", "v2", new PairedOutcome(actual, champion, actual), START));
    }
    events.add(aliases(1, "v2", Optional.of("v1"), Optional.empty()));
    events.add(new Graded("v2", "gut", "gut", START, START));
    events.add(new Graded("v1", "gut", "schlecht", START, START));
    events.add(new Tick(START.plusSeconds(60)));
    events.add(aliases(2, "v2", Optional.empty(), Optional.of("v3")));
    return events;
  }

  @Test
  void stateWrittenAndReadAfterEveryEventThenTheTrialGoesOnTheSame() throws IOException {
    ChallengerTrial trial =
        new ChallengerTrial(
            new ChallengerPolicy(
                0.05, 0, 100, 1000, Duration.ofDays(1), Duration.ZERO, 1, Duration.ofSeconds(60)));
    TrialState state = TrialState.NONE;
    List<TrialDecision> decisions = new ArrayList<>();
    for (TrialEvent event : events()) {
      ChallengerTrial.Step step = trial.step(state, event);
      state = Json.read(Json.write(step.state()), TrialState.class);
      assertThat(state).isEqualTo(step.state());
      if (step.decision().isPresent()) {
        TrialDecision decision = step.decision().get();
        assertThat(Json.read(Json.write(decision), TrialDecision.class)).isEqualTo(decision);
        decisions.add(decision);
      }
    }

    assertThat(decisions)
        .extracting(TrialDecision::action)
        .containsExactly(TrialDecision.Action.PROMOTE_TO_CANARY, TrialDecision.Action.CONFIRM);
    assertThat(state.last().orElseThrow().version()).isEqualTo("v2");
    assertThat(state.current().orElseThrow().version()).isEqualTo("v3");
  }

  @Test
  void nothingKnownThenReadBackAsTheSame() throws IOException {
    assertThat(Json.read(Json.write(TrialState.NONE), TrialState.class)).isEqualTo(TrialState.NONE);
  }
}
