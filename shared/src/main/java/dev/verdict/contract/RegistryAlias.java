package dev.verdict.contract;

import java.util.Objects;

/** What an alias such as {@code <model>/@champion} in {@code model-registry} points to. */
public record RegistryAlias(String version) {
  /**
   * @throws NullPointerException if there is no version
   */
  public RegistryAlias {
    Objects.requireNonNull(version, "version");
  }
}
