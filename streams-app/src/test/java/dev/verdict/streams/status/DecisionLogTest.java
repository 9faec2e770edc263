package dev.verdict.streams.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.Decision;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final DecisionLog log = new DecisionLog(3);
  private int seconds;

  @Test
  void policyGoesOnWaitingThenTheLastTimeIsKeptWithItsCount() {
    add("wait", "cooling", "cooldown");
    for (int i = 0; i < 100; i++) {
      add("wait", "no_need", "steady");
    }

    DecisionLog.Standing standing = log.standing().orElseThrow();
    assertThat(standing.times()).isEqualTo(100);
    assertThat(standing.since()).isEqualTo(START.plusSeconds(2));
    assertThat(standing.at()).isEqualTo(START.plusSeconds(101));
    assertThat(log.newest(10)).isEmpty();
    assertThat(log.phase()).contains("steady");
  }

  @Test
  void requestIsMadeThenNothingStandsInItsWay() {
    add("wait", "too_few_labels", "suspect");
    add("retrain", "requested", "requested");

    assertThat(log.standing()).isEmpty();
    assertThat(log.phase()).contains("requested");
  }

  @Test
  void trialIsNotDecidedThenThatSaysNothingOfRetraining() {
    add("wait", "too_few_labels", "suspect");
    log.add(
        new Decision(
            "wait", "canary", "v2", "not shown to be worse", Map.of(), START.plusSeconds(9)));

    assertThat(log.standing().orElseThrow().outcome()).contains("too_few_labels");
    assertThat(log.newest(10)).isEmpty();
  }

  @Test
  void moreThanAreKeptThenTheNewestFirst() {
    for (int i = 1; i <= 5; i++) {
      add("promote", "x", "steady");
    }

    assertThat(log.newest(10)).hasSize(3);
    assertThat(log.newest(2))
        .extracting(DecisionLog.Entry::at)
        .containsExactly(START.plusSeconds(5), START.plusSeconds(4));
  }

  private void add(String decision, String outcome, String phase) {
    seconds++;
    log.add(
        new Decision(
            decision,
            "f1",
            "v1",
            "why",
            Map.of(),
            Optional.of(outcome),
            Optional.empty(),
            Optional.of(phase),
            START.plusSeconds(seconds)));
  }
}
