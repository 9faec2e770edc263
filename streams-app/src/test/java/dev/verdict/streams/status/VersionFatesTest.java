package dev.verdict.streams.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.verdict.contract.Decision;
import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryChange;
import dev.verdict.registry.RegistryState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    fates.decided(operator().rollback(registry("v2", "v1")).decision());

    assertThat(fate("v2")).isEqualTo("rolled_back");
    assertThat(fate("v1")).isEqualTo("restored");
    assertThat(fates.all().get("v2").rule()).isEqualTo(RegistryChange.RULE);
    assertThat(fates.swaps())
        .extracting(VersionFates.Swap::version)
        .containsExactly("v1", "v2", "v1");
  }

  @Test
  void operatorDecidesThenThePageSaysByHand() throws IOException {
    String script;
    try (InputStream page = VersionFates.class.getResourceAsStream("status.js")) {
      script = new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }

    assertThat(script)
        .contains("  %s: \"by hand\"".formatted(RegistryChange.RULE))
        .contains("decided.rule === \"%s\"".formatted(RegistryChange.RULE));
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
    fates.decided(operator().pin(registry("v1", "v0"), "v1").decision());

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

  private RegistryChange.Request operator() {
    minutes++;
    return new RegistryChange.Request(
        "model-registry", "reviews", "by ops", START.plusSeconds(60L * minutes));
  }

  private static RegistryState registry(String champion, String previous) {
    return new RegistryState(
        Map.of(champion, manifest(champion), previous, manifest(previous)),
        Map.of(RegistryState.CHAMPION, champion, RegistryState.PREVIOUS, previous));
  }

  private static ModelManifest manifest(String version) {
    return new ModelManifest(
        "reviews",
        version,
        1,
        "reviews/" + version,
        "hash",
        List.of("negative", "positive"),
        "scratch:tiny",
        Optional.empty(),
        "request",
        Map.of(),
        Map.of(),
        START);
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
