package dev.verdict.cli.s3;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.OpenCheckpoint;
import dev.verdict.config.SettingsLoader;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A process that opens a version and closes it again, as often as it is told. */
final class OpenVersion {
  private OpenVersion() {}

  /**
   * Opens and closes.
   *
   * @param arguments endpoint, checkpoints.dir, checkpoints.cache.dir, times; then version, path
   *     and hash of the manifest of each version
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> settings =
        Map.of(
            "checkpoints.s3.endpoint",
            arguments[0],
            "checkpoints.dir",
            arguments[1],
            "checkpoints.cache.dir",
            arguments[2],
            "checkpoints.cache.max.bytes",
            String.valueOf(1 << 20));
    try (CheckpointStore store =
        CheckpointStore.open(
            SettingsLoader.load(Optional.empty(), Map.of(), settings).checkpoints())) {
      for (int time = 0; time < Integer.parseInt(arguments[3]); time++) {
        for (int i = 4; i < arguments.length; i += 3) {
          try (OpenCheckpoint opened =
              store.verified(arguments[i], arguments[i + 1], arguments[i + 2])) {
            if (!opened.folder().resolve("model.safetensors").toFile().isFile()) {
              throw new IllegalStateException(opened.folder() + " is not whole");
            }
          }
        }
      }
    }
  }
}
