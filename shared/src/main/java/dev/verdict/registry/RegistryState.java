package dev.verdict.registry;

import dev.verdict.contract.ModelManifest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  public static final String CANARY = "canary";
  public static final String PINNED = "pinned";
  public static final String REJECTED = "rejected";

  public RegistryState {
    manifests = Map.copyOf(manifests);
    aliases = Map.copyOf(aliases);
  }

  /** The version that serves; empty before the first, or where its manifest is missing. */
  public Optional<ModelManifest> champion() {
    return of(CHAMPION);
  }

  /** The version that is scored in shadow; never the champion itself. */
  public Optional<ModelManifest> challenger() {
    return otherThanTheChampion(CHALLENGER);
  }

  /** The champion of before, to which a rollback returns. */
  public Optional<ModelManifest> previous() {
    return otherThanTheChampion(PREVIOUS);
  }

  /**
   * The champion while it serves a share of the ids only and {@link #previous} the others. An alias
   * that names another version than the champion is left over, and so is one without a previous
   * version: the champion serves all.
   */
  public Optional<ModelManifest> canary() {
    return previous().isEmpty()
        ? Optional.empty()
        : champion().filter(each -> each.version().equals(aliases.get(CANARY)));
  }

  /** The version that an operator holds fast, so that nobody promotes another by itself. */
  public Optional<ModelManifest> pinned() {
    return of(PINNED);
  }

  /**
   * Whether a rule may give all reviews to another version: nothing is pinned, no canary serves.
   */
  public boolean mayPromote() {
    return !aliases.containsKey(PINNED) && canary().isEmpty();
  }

  /** Those that serve, have served before or are on trial. */
  public Set<String> versionsWithRole() {
    return Stream.of(champion(), previous(), challenger(), canary())
        .flatMap(Optional::stream)
        .map(ModelManifest::version)
        .collect(Collectors.toUnmodifiableSet());
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

  private Optional<ModelManifest> of(String alias) {
    return Optional.ofNullable(aliases.get(alias))
        .flatMap(version -> Optional.ofNullable(manifests.get(version)));
  }

  private Optional<ModelManifest> otherThanTheChampion(String alias) {
    return of(alias).filter(each -> !each.version().equals(aliases.get(CHAMPION)));
  }
}
