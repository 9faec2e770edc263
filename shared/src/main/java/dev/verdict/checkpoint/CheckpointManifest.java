package dev.verdict.checkpoint;

import java.util.Map;

/**
 * Contents of {@code MANIFEST.json}, written last into a checkpoint.
 *
 * @param files size in bytes and SHA-256 of every other file, by name
 */
public record CheckpointManifest(Map<String, Entry> files) {
  /** Name of the file itself. */
  public static final String NAME = "MANIFEST.json";

  /** One file. */
  public record Entry(long size, String sha256) {}
}
