package dev.verdict.contract;

/** What an alias such as {@code <model>/@champion} in {@code model-registry} points to. */
public record RegistryAlias(String version) {}
