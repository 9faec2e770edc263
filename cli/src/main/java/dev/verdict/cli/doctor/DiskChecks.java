package dev.verdict.cli.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Whether a folder can be written to, and has room. Nothing is written. */
final class DiskChecks {
  private static final double GIBIBYTE = 1 << 30;
  private static final double LITTLE = 2;
  private static final double TOO_LITTLE = 0.25;

  private DiskChecks() {}

  /**
   * The folder that a setting names; where it is not there yet, the one that it would be made in.
   *
   * @param key of the setting
   */
  static Finding folder(String key, Path folder) {
    Path there = folder.toAbsolutePath().normalize();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    String name = "disk";
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      return Finding.fail(
          name,
          "%s %s cannot be written to".formatted(key, folder),
          "make it a folder of this user, or set %s".formatted(key));
    }
    try {
      FileStore store = Files.getFileStore(there);
      double free = store.getUsableSpace() / GIBIBYTE;
      String message =
          String.format(
              Locale.ROOT,
              "%s %s has %.1f of %.1f GiB free",
              key,
              folder,
              free,
              store.getTotalSpace() / GIBIBYTE);
      String remedy = "make room, or set %s to another disk".formatted(key);
      if (free < TOO_LITTLE) {
        return Finding.fail(name, message, remedy);
      }
      return free < LITTLE ? Finding.warn(name, message, remedy) : Finding.ok(name, message);
    } catch (IOException e) {
      return Finding.skip(name, "%s %s: %s".formatted(key, folder, e.getMessage()));
    }
  }
}
