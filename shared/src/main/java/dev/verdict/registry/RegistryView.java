package dev.verdict.registry;

/**
 * The registry as it was at some time.
 *
 * @param revision grows with every change
 */
public record RegistryView(long revision, RegistryState state) {}
