package dev.verdict.checkpoint;

import java.nio.file.Path;

/**
 * A checkpoint that is whole, in a folder of this machine that stays until this is closed.
 *
 * @param release lets the folder go
 */
public record OpenCheckpoint(Path folder, Runnable release) implements AutoCloseable {

  /** One that nobody removes. */
  static OpenCheckpoint lasting(Path folder) {
    return new OpenCheckpoint(folder, () -> {});
  }

  @Override
  public void close() {
    release.run();
  }
}
