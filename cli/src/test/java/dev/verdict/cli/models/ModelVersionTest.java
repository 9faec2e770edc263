package dev.verdict.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.checkpoint.FolderStore;
import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelVersionTest {
  @TempDir private Path store;

  @Test
  void severalVersionsThenInTheirOrderWithAliasesLineageAndSizes() throws Exception {
    Files.createDirectories(store.resolve("reviews/v2"));
    Files.writeString(
        store.resolve("reviews/v2/MANIFEST.json"),
        """
        {"files":{"model.safetensors":{"size":1000,"sha256":"aa"},
                  "config.json":{"size":24,"sha256":"bb"}}}""");
    RegistryState state =
        new RegistryState(
            Map.of(
                "v3", manifest("v3", 3, Optional.of("v2")),
                "v1", manifest("v1", 1, Optional.empty()),
                "v2", manifest("v2", 2, Optional.of("v1"))),
            Map.of("champion", "v3", "previous", "v2", "pinned", "v3"));

    List<ModelVersion> all = ModelVersion.all(state, view());

    assertThat(all).extracting(ModelVersion::version).containsExactly("v1", "v2", "v3");
    assertThat(all.get(2).aliases()).containsExactly("champion", "pinned");
    assertThat(all.get(2).lineage()).containsExactly("v2", "v1");
    assertThat(all.get(2).heldOutMacroF1()).hasValue(0.9);
    assertThat(all.get(2).bytes()).isEmpty();
    assertThat(all.get(1).bytes()).hasValue(1024);
    assertThat(all.get(1).weightsBytes()).hasValue(1000);
    assertThat(all.get(1).weightsSha256()).contains("aa");
    assertThat(all.get(0).championMacroF1()).isEmpty();
  }

  @Test
  void lineageIsACircleOrPathLeadsOutThenNeitherIsFollowed() throws Exception {
    Files.writeString(store.resolveSibling("MANIFEST.json"), "{\"files\":{}}");
    ModelManifest first = manifest("v1", 1, Optional.of("v2"));
    ModelManifest second = manifest("v2", 2, Optional.of("v1"));
    RegistryState state = new RegistryState(Map.of("v1", first, "v2", second), Map.of());

    assertThat(ModelVersion.of(first, state, view()).lineage()).containsExactly("v2", "v1");
    ModelManifest outside =
        new ModelManifest(
            "reviews",
            "v4",
            4,
            "..",
            "none",
            List.of("a", "b"),
            "scratch:tiny",
            Optional.empty(),
            "test",
            Map.of(),
            Map.of(),
            Instant.EPOCH);
    assertThat(ModelVersion.of(outside, state, view()).bytes()).isEmpty();
  }

  private StoreView view() {
    return new StoreView(new FolderStore(store));
  }

  private static ModelManifest manifest(String version, long number, Optional<String> parent) {
    return new ModelManifest(
        "reviews",
        version,
        number,
        "reviews/" + version,
        "none",
        List.of("negative", "positive"),
        "scratch:tiny",
        parent,
        "test",
        Map.of(),
        Map.of("holdout_macro_f1", 0.9),
        Instant.EPOCH);
  }
}
