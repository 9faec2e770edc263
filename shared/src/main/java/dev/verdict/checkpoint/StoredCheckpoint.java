package dev.verdict.checkpoint;

import java.nio.file.Path;

/**
 * A checkpoint in its final place.
 *
 * @param version {@code v000007-<first 8 hex of the SHA-256 of model.safetensors>}
 * @param folder absolute
 * @param path of the folder relative to the store
 * @param manifestSha256 of {@code MANIFEST.json}
 */
public record StoredCheckpoint(String version, Path folder, String path, String manifestSha256) {}
