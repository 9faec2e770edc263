package dev.verdict.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RegistryAlias;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class RegistryStateTest {
  private static final Decision WHY =
      new Decision("canary", "challenger", "v2", "better", Map.of("labels", 300.0), Instant.EPOCH);

  private static ModelManifest manifest(long number) {
    String version = "v%06d-00000000".formatted(number);
    return new ModelManifest(
        "reviews",
        version,
        number,
        "reviews/" + version,
        "00",
        List.of("a", "b"),
        "scratch:tiny",
        Optional.empty(),
        "request",
        Map.of(),
        Map.of(),
        Instant.EPOCH);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void nothingPublishedThenNoChampionAndNumberOne() {
    RegistryState state = new RegistryState(Map.of(), Map.of());

    assertThat(state.champion()).isEmpty();
    assertThat(state.nextNumber()).isEqualTo(1);
  }

  @Test
  void aliasesThenVersionsWithRoleAreThoseThatServeOrAreOnTrial() {
    Map<String, ModelManifest> manifests = new HashMap<>();
    for (long number = 1; number <= 5; number++) {
      manifests.put(manifest(number).version(), manifest(number));
    }
    RegistryState state =
        new RegistryState(
            manifests,
            Map.of(
                RegistryState.CHAMPION, manifest(4).version(),
                RegistryState.CANARY, manifest(4).version(),
                RegistryState.PREVIOUS, manifest(3).version(),
                RegistryState.CHALLENGER, manifest(5).version(),
                RegistryState.REJECTED, manifest(1).version()));

    assertThat(state.versionsWithRole())
        .containsExactlyInAnyOrder(
            manifest(3).version(), manifest(4).version(), manifest(5).version());
    assertThat(new RegistryState(Map.of(), Map.of()).versionsWithRole()).isEmpty();
  }

  @Test
  void aliasPointsToAVersionThenThatIsTheChampionNotTheNewest() {
    ModelManifest old = manifest(1);
    ModelManifest newest = manifest(12);
    RegistryState state =
        new RegistryState(
            Map.of(old.version(), old, newest.version(), newest),
            Map.of(RegistryState.CHAMPION, old.version()));

    assertThat(state.champion()).contains(old);
    assertThat(state.nextNumber()).isEqualTo(13);
  }

  @Test
  void aliasPointsToAVersionWithoutManifestThenNoChampion() {
    RegistryState state =
        new RegistryState(
            Map.of(manifest(1).version(), manifest(1)), Map.of(RegistryState.CHAMPION, "v9"));

    assertThat(state.champion()).isEmpty();
    assertThat(state.nextNumber()).isEqualTo(2);
  }

  @Test
  void mapsChangedLaterThenTheStateStays() {
    Map<String, ModelManifest> manifests = new HashMap<>();
    RegistryState state = new RegistryState(manifests, Map.of());
    manifests.put(manifest(1).version(), manifest(1));

    assertThat(state.nextNumber()).isEqualTo(1);
  }

  @Test
  void publishedThenManifestFirstChampionLast() throws IOException {
    List<ProducerRecord<byte[], byte[]>> records =
        RegistryRecords.publish("model-registry", manifest(8), Optional.of("v000007-11111111"));

    assertThat(records.stream().map(record -> text(record.key())))
        .containsExactly("reviews/v000008-00000000", "reviews/@previous", "reviews/@champion");
    assertThat(records).allMatch(record -> record.topic().equals("model-registry"));
    assertThat(Json.read(records.get(0).value(), ModelManifest.class)).isEqualTo(manifest(8));
    assertThat(Json.read(records.get(1).value(), RegistryAlias.class).version())
        .isEqualTo("v000007-11111111");
    assertThat(Json.read(records.get(2).value(), RegistryAlias.class).version())
        .isEqualTo("v000008-00000000");
  }

  @Test
  void firstVersionPublishedThenNoPrevious() {
    assertThat(
            RegistryRecords.publish("model-registry", manifest(1), Optional.empty()).stream()
                .map(record -> text(record.key())))
        .containsExactly("reviews/v000001-00000000", "reviews/@champion");
  }

  private static final ModelManifest OLD = manifest(1);
  private static final ModelManifest NEW = manifest(2);
  private static final ModelManifest THIRD = manifest(3);

  private static RegistryState state(Map<String, String> aliases) {
    return new RegistryState(
        Map.of(OLD.version(), OLD, NEW.version(), NEW, THIRD.version(), THIRD), aliases);
  }

  /** The registry after those records, applied as the reader does. */
  private static RegistryState after(
      RegistryState before, List<ProducerRecord<byte[], byte[]>> records) throws IOException {
    Map<String, String> aliases = new HashMap<>(before.aliases());
    for (ProducerRecord<byte[], byte[]> record : records) {
      assertThat(record.topic()).isEqualTo("registry");
      assertThat(text(record.key())).startsWith("reviews/@");
      String alias = text(record.key()).substring("reviews/@".length());
      if (record.value() == null) {
        aliases.remove(alias);
      } else {
        aliases.put(alias, Json.read(record.value(), RegistryAlias.class).version());
      }
    }
    return state(aliases);
  }

  private static final RegistryState TRIAL =
      state(Map.of("champion", OLD.version(), "challenger", NEW.version()));

  private static RegistryState canary() throws IOException {
    return after(
        TRIAL,
        RegistryRecords.promoteToCanary("registry", "reviews", OLD.version(), NEW.version(), WHY));
  }

  @Test
  void promotedToCanaryThenBothServeAndNobodyIsPromotedByARule() throws IOException {
    assertThat(TRIAL.challenger()).contains(NEW);
    assertThat(TRIAL.mayPromote()).isTrue();

    RegistryState canary = canary();

    assertThat(canary.champion()).contains(NEW);
    assertThat(canary.canary()).contains(NEW);
    assertThat(canary.previous()).contains(OLD);
    assertThat(canary.challenger()).isEmpty();
    assertThat(canary.mayPromote()).isFalse();
  }

  @Test
  void canaryIsConfirmedThenItServesAllAndTheOldOneStaysPrevious() throws IOException {
    RegistryState confirmed = after(canary(), RegistryRecords.confirmCanary("registry", "reviews"));

    assertThat(confirmed.aliases())
        .isEqualTo(Map.of("champion", NEW.version(), "previous", OLD.version()));
    assertThat(confirmed.mayPromote()).isTrue();
  }

  @Test
  void rolledBackThenTheVersionsHaveChangedPlacesAndNoCanary() throws IOException {
    RegistryState back =
        after(
            canary(),
            RegistryRecords.rollback("registry", "reviews", NEW.version(), OLD.version()));

    assertThat(back.aliases())
        .isEqualTo(Map.of("champion", OLD.version(), "previous", NEW.version()));
  }

  @Test
  void promotedByHandThenChallengerOnlyIfItWasAndNoCanaryStays() throws IOException {
    assertThat(
            after(TRIAL, RegistryRecords.promote("registry", "reviews", TRIAL, NEW.version()))
                .aliases())
        .isEqualTo(Map.of("champion", NEW.version(), "previous", OLD.version()));
    RegistryState other =
        after(TRIAL, RegistryRecords.promote("registry", "reviews", TRIAL, THIRD.version()));
    assertThat(other.challenger()).contains(NEW);
    assertThat(
            after(
                    canary(),
                    RegistryRecords.promote("registry", "reviews", canary(), THIRD.version()))
                .aliases())
        .isEqualTo(Map.of("champion", THIRD.version(), "previous", NEW.version()));
  }

  @Test
  void challengerIsRejectedThenTheChampionIsLeftAndTheRejectedIsNamed() throws IOException {
    assertThat(
            after(TRIAL, RegistryRecords.reject("registry", "reviews", NEW.version(), WHY))
                .aliases())
        .isEqualTo(Map.of("champion", OLD.version(), "rejected", NEW.version()));
  }

  @Test
  void pinnedThenChampionAndHeldUntilUnpinned() throws IOException {
    RegistryState pinned =
        after(TRIAL, RegistryRecords.pin("registry", "reviews", TRIAL, THIRD.version()));
    assertThat(pinned.champion()).contains(THIRD);
    assertThat(pinned.previous()).contains(OLD);
    assertThat(pinned.pinned()).contains(THIRD);
    assertThat(pinned.mayPromote()).isFalse();

    RegistryState champion =
        after(TRIAL, RegistryRecords.pin("registry", "reviews", TRIAL, OLD.version()));
    assertThat(champion.previous()).as("it was the champion already").isEmpty();

    RegistryState unpinned = after(pinned, RegistryRecords.unpin("registry", "reviews"));
    assertThat(unpinned.pinned()).isEmpty();
    assertThat(unpinned.champion()).contains(THIRD);
    assertThat(unpinned.mayPromote()).isTrue();
  }

  @Test
  void aliasesAreLeftOverThenTheyMeanNothing() {
    assertThat(
            state(
                    Map.of(
                        "champion", OLD.version(),
                        "previous", OLD.version(),
                        "challenger", OLD.version(),
                        "canary", OLD.version()))
                .canary())
        .as("nobody serves the others")
        .isEmpty();
    RegistryState stale =
        state(
            Map.of(
                "champion", THIRD.version(), "previous", OLD.version(), "canary", NEW.version()));
    assertThat(stale.canary()).isEmpty();
    assertThat(stale.mayPromote()).isTrue();
    assertThat(state(Map.of("champion", OLD.version(), "challenger", OLD.version())).challenger())
        .isEmpty();
    assertThat(state(Map.of("champion", OLD.version(), "pinned", "v9")).mayPromote()).isFalse();
  }
}
