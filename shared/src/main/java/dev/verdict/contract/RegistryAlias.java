package dev.verdict.contract;

import java.util.Objects;
import java.util.Optional;

/**
 * What an alias such as {@code <model>/@champion} in {@code model-registry} points to.
 *
 * @param decision why it does, where a rule decided it on live labels
 */
public record RegistryAlias(String version, Optional<Decision> decision) {
  /**
   * @throws NullPointerException if there is no version
   */
  public RegistryAlias {
    Objects.requireNonNull(version, "version");
  }

  /** An alias that no rule on live labels has moved. */
  public RegistryAlias(String version) {
    this(version, Optional.empty());
  }
}
