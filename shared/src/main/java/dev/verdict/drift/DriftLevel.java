package dev.verdict.drift;

/** How much a mix has changed, by the usual bounds of {@link PopulationStability}. */
public enum DriftLevel {
  NONE,
  MODERATE,
  LARGE
}
