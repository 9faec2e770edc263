package dev.verdict.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Contents of {@code MANIFEST.json}, written last into a checkpoint.
 *
 * @param files size in bytes and SHA-256 of every other file, by name
 */
public record CheckpointManifest(Map<String, Entry> files) {
  /** Name of the file itself. */
  public static final String NAME = "MANIFEST.json";

  /**
   * @throws NullPointerException if there are no files
   */
  public CheckpointManifest {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  /** One file. */
  public record Entry(long size, String sha256) {}
}
