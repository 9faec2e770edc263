package dev.verdict.streams;

import dev.verdict.registry.RefusedStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The folder of the local state, taken by one instance from its start. Kafka Streams locks its own
 * part of it too, but only once the first champion is there.
 */
final class StateFolder implements AutoCloseable {
  /** What an instance needs at least to begin: one that joined without would hold up the others. */
  private static final int LEAST_FREE_BYTES = 8 * 1024 * 1024;

  private final FileChannel file;

  private StateFolder(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the folder.
   *
   * @throws RefusedStartException if another instance has it, it cannot be written to, or its disk
   *     is full
   */
  static StateFolder lock(Path folder, String applicationId) {
    try {
      Files.createDirectories(folder);
      FileChannel file =
          FileChannel.open(
              folder.resolve(applicationId + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (locked(file).isEmpty()) {
        file.close();
        throw new RefusedStartException(
            "Invalid value %s for configuration state.dir: must be a folder of this instance alone, another one of %s is using it"
                .formatted(folder, applicationId));
      }
      if (folder.toFile().getUsableSpace() < LEAST_FREE_BYTES) {
        file.close();
        throw new RefusedStartException(
            "Invalid value %s for configuration state.dir: must have at least %d MiB free, its disk is full"
                .formatted(folder, LEAST_FREE_BYTES >> 20));
      }
      return new StateFolder(file);
    } catch (IOException e) {
      throw new RefusedStartException(
          "Invalid value %s for configuration state.dir: must be a folder that can be written to (%s)"
              .formatted(folder, e));
    }
  }

  private static Optional<FileLock> locked(FileChannel file) throws IOException {
    try {
      return Optional.ofNullable(file.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  /** Gives it back. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
