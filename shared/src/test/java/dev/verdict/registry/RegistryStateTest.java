package dev.verdict.registry;

import static org.assertj.core.api.Assertions.assertThat;

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
}
