package dev.verdict.cli.models;

import dev.verdict.checkpoint.CheckpointManifest;
import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A published version, as the registry has it, with what its checkpoint says of its files.
 *
 * @param aliases that point to it, without the at sign, sorted
 * @param heldOutMacroF1 on the reviews of the gate, which no version was trained on
 * @param championMacroF1 of the champion of that time on the same reviews
 * @param lineage its parent, the parent's parent and so on
 * @param weightsSha256 absent where the checkpoint is not in this machine's store
 * @param weightsBytes absent where the checkpoint is not in this machine's store
 * @param bytes of all its files; absent where the checkpoint is not in this machine's store
 */
record ModelVersion(
    String version,
    long number,
    List<String> aliases,
    Instant createdAt,
    OptionalDouble heldOutMacroF1,
    OptionalDouble championMacroF1,
    String base,
    Optional<String> parent,
    List<String> lineage,
    List<String> classes,
    String requestId,
    Map<Integer, Long> trainedThrough,
    Map<String, Double> metrics,
    String path,
    String manifestSha256,
    Optional<String> weightsSha256,
    OptionalLong weightsBytes,
    OptionalLong bytes) {
  private static final String WEIGHTS = "model.safetensors";

  /** All of a registry, the oldest first. */
  static List<ModelVersion> all(RegistryState state, StoreView store) {
    return state.manifests().values().stream()
        .sorted(Comparator.comparingLong(ModelManifest::number))
        .map(manifest -> of(manifest, state, store))
        .toList();
  }

  /** One of them. */
  static ModelVersion of(ModelManifest manifest, RegistryState state, StoreView store) {
    Optional<CheckpointManifest> files = store.files(manifest.path());
    Optional<CheckpointManifest.Entry> weights =
        files.flatMap(each -> Optional.ofNullable(each.files().get(WEIGHTS)));
    return new ModelVersion(
        manifest.version(),
        manifest.number(),
        state.aliases().entrySet().stream()
            .filter(alias -> alias.getValue().equals(manifest.version()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList(),
        manifest.createdAt(),
        figure(manifest, "holdout_macro_f1"),
        figure(manifest, "champion_holdout_macro_f1"),
        manifest.base(),
        manifest.parent(),
        lineage(manifest, state),
        manifest.labels(),
        manifest.requestId(),
        manifest.trainedThrough(),
        manifest.metrics(),
        manifest.path(),
        manifest.manifestSha256(),
        weights.map(CheckpointManifest.Entry::sha256),
        weights.map(each -> OptionalLong.of(each.size())).orElse(OptionalLong.empty()),
        files
            .map(
                each ->
                    OptionalLong.of(
                        each.files().values().stream()
                            .mapToLong(CheckpointManifest.Entry::size)
                            .sum()))
            .orElse(OptionalLong.empty()));
  }

  private static List<String> lineage(ModelManifest manifest, RegistryState state) {
    List<String> lineage = new ArrayList<>();
    Optional<String> parent = manifest.parent();
    // Others can write to the registry too: a circle must not be followed for ever.
    while (parent.isPresent() && !lineage.contains(parent.get())) {
      lineage.add(parent.get());
      parent =
          Optional.ofNullable(state.manifests().get(parent.get())).flatMap(ModelManifest::parent);
    }
    return lineage;
  }

  private static OptionalDouble figure(ModelManifest manifest, String name) {
    return manifest.metrics().containsKey(name)
        ? OptionalDouble.of(manifest.metrics().get(name))
        : OptionalDouble.empty();
  }
}
