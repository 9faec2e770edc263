package dev.verdict.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.contract.ModelManifest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistryChangeTest {
  private static final RegistryChange.Request OPERATOR =
      new RegistryChange.Request("model-registry", "reviews", "by ops", Instant.EPOCH);

  /** v1 is the champion, v0 served before it. */
  private static final RegistryState STATE =
      new RegistryState(
          Map.of(
              "v0", manifest("v0", "negative", "positive"),
              "v1", manifest("v1", "negative", "positive", "neutral"),
              "v2", manifest("v2", "positive", "negative"),
              "v3", manifest("v3", "mixed", "neutral", "negative", "positive")),
          Map.of(RegistryState.CHAMPION, "v1", RegistryState.PREVIOUS, "v0"));

  private static ModelManifest manifest(String version, String... labels) {
    return new ModelManifest(
        "reviews",
        version,
        1,
        "reviews/" + version,
        "00",
        List.of(labels),
        "scratch:tiny",
        Optional.empty(),
        "request",
        Map.of(),
        Map.of(),
        Instant.EPOCH);
  }

  @Test
  void versionLacksAClassOfTheChampionThenRefusedInASentence() {
    String sentence = "v2 lacks the classes [neutral] of the champion v1: train one that has them";

    assertThatThrownBy(() -> OPERATOR.promote(STATE, "v2"))
        .isInstanceOf(RegistryRefusal.class)
        .hasMessage(sentence);
    assertThatThrownBy(() -> OPERATOR.pin(STATE, "v2"))
        .isInstanceOf(RegistryRefusal.class)
        .hasMessage(sentence);
  }

  @Test
  void versionHasMoreClassesInAnotherOrderThenPromoted() {
    assertThat(OPERATOR.promote(STATE, "v3").decision().modelVersion()).isEqualTo("v3");
    assertThat(OPERATOR.pin(STATE, "v3").decision().decision()).isEqualTo("pin");
  }

  @Test
  void rollbackToAVersionWithFewerClassesThenDone() {
    assertThat(OPERATOR.rollback(STATE).decision().modelVersion()).isEqualTo("v0");
    assertThat(OPERATOR.rollback(STATE).decision().rule()).isEqualTo(RegistryChange.RULE);
  }
}
