package dev.verdict.cli.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of its own for one folder, so that it can really be full: a small file system in memory.
 * Mounting one takes the rights of root; where they lack, the folder is an ordinary one and {@link
 * #isSmall} says so.
 */
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 64 * 1024;

  private final Path folder;
  private final boolean small;

  SmallDisk(Path folder, int megabytes) throws InterruptedException {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.small =
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
  }

  Path folder() {
    return folder;
  }

  boolean isSmall() {
    return small;
  }

  /** Leaves no byte free. */
  void fill() {
    if (!small) {
      throw new IllegalStateException(folder + " has no disk of its own");
    }
    try (OutputStream filler = Files.newOutputStream(filler())) {
      byte[] block = new byte[BLOCK];
      while (true) {
        filler.write(block);
      }
    } catch (IOException e) {
      // Full: what was wanted.
    }
  }

  void free() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (small) {
      run("umount", "-l", folder.toString());
    }
  }

  private Path filler() {
    return folder.resolve(".filler");
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
