package dev.verdict.streams.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.verdict.contract.Decision;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionFatesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final VersionFates fates = new VersionFates();
  private int minutes;

  @Test
  void gatePromotesThenEachVersionTakesOver() {
    decide("promote", "first_champion", "v1");
    decide("wait", "f1", "v1");
    decide("retrain", "f1", "v1");
    decide("promote", "gate", "v2");

    assertThat(fate("v1")).isEqualTo("promoted");
    assertThat(fates.swaps()).extracting(VersionFates.Swap::version).containsExactly("v1", "v2");
    assertThat(fates.swaps().get(1).at()).isEqualTo(START.plusSeconds(60L * 4));
  }

  @Test
  void canaryIsConfirmedThenItServedFromItsBeginning() {
    decide("promote", "first_champion", "v1");
    decide("challenge", "gate", "v2");
    assertThat(fate("v2")).isEqualTo("challenger");
    decide("canary", "challenger", "v2");
    decide("promote", "canary", "v2");

    assertThat(fate("v2")).isEqualTo("confirmed");
    assertThat(fates.swaps())
        .extracting(VersionFates.Swap::version, VersionFates.Swap::fate)
        .containsExactly(tuple("v1", "promoted"), tuple("v2", "canary"));
  }

  @Test
  void trialRollsBackThenTheVersionBeforeServesAgain() {
    decide("promote", "first_champion", "v1");
    decide("canary", "challenger", "v2");
    decide("rollback", "canary", "v2");

    assertThat(fate("v2")).isEqualTo("rolled_back");
    assertThat(fate("v1")).isEqualTo("restored");
    assertThat(fates.swaps())
        .extracting(VersionFates.Swap::version)
        .containsExactly("v1", "v2", "v1");
  }

  @Test
  void operatorRollsBackThenTheNamedVersionServesAndTheOtherIsRolledBack() {
    decide("promote", "first_champion", "v1");
    decide("promote", "gate", "v2");
    decide("rollback", "operator", "v1");

    assertThat(fate("v2")).isEqualTo("rolled_back");
    assertThat(fate("v1")).isEqualTo("restored");
    assertThat(fates.all().get("v2").rule()).isEqualTo("operator");
  }

  @Test
  void challengerIsRejectedThenTheChampionServesOn() {
    decide("promote", "first_champion", "v1");
    decide("challenge", "gate", "v2");
    decide("reject", "challenger", "v2");

    assertThat(fate("v2")).isEqualTo("rejected");
    assertThat(fates.all().get("v2").reason()).isEqualTo("reject by challenger");
    assertThat(fates.swaps()).hasSize(1);
  }

  @Test
  void pinnedChampionThenNoSwap() {
    decide("promote", "first_champion", "v1");
    decide("pin", "operator", "v1");

    assertThat(fate("v1")).isEqualTo("pinned");
    assertThat(fates.swaps()).hasSize(1);
  }

  @Test
  void thousandsOfVersionsThenBounded() {
    for (int i = 0; i < 5000; i++) {
      decide("promote", "gate", "v" + i);
    }

    assertThat(fates.all()).hasSize(200).containsKey("v4999");
    assertThat(fates.swaps()).hasSize(200);
  }

  private String fate(String version) {
    return fates.all().get(version).fate();
  }

  private void decide(String decision, String rule, String version) {
    minutes++;
    fates.decided(
        new Decision(
            decision,
            rule,
            version,
            decision + " by " + rule,
            Map.of(),
            START.plusSeconds(60L * minutes)));
  }
}
