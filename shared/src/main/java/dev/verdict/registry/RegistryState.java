package dev.verdict.registry;

import dev.verdict.contract.ModelManifest;
import java.util.Map;
import java.util.Optional;

/**
 * What the registry says of one model.
 *
 * @param manifests by version
 * @param aliases version by alias, such as {@code champion}
 */
public record RegistryState(Map<String, ModelManifest> manifests, Map<String, String> aliases) {
  public static final String CHAMPION = "champion";
  public static final String PREVIOUS = "previous";
  public static final String CHALLENGER = "challenger";

  public RegistryState {
    manifests = Map.copyOf(manifests);
    aliases = Map.copyOf(aliases);
  }

  /** The version that serves; empty before the first, or where its manifest is missing. */
  public Optional<ModelManifest> champion() {
    return Optional.ofNullable(aliases.get(CHAMPION))
        .flatMap(version -> Optional.ofNullable(manifests.get(version)));
  }

  /**
   * The version of that name.
   *
   * @param name of the version itself, or an alias
   */
  public Optional<ModelManifest> find(String name) {
    return Optional.ofNullable(manifests.get(aliases.getOrDefault(name, name)));
  }

  /** The number that the next version gets. */
  public long nextNumber() {
    return manifests.values().stream().mapToLong(ModelManifest::number).max().orElse(0) + 1;
  }
}
