package dev.verdict.telemetry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Memory of a process that is in RAM, which the JVM itself does not tell: the line {@code VmRSS} of
 * Linux's <a href="https://docs.kernel.org/filesystems/proc.html">{@code /proc/<id>/status}</a>.
 */
public final class ResidentMemory {
  private static final String LINE = "VmRSS:";
  private static final String UNIT = "kB";

  private final Path status;

  /** Of this process. */
  public ResidentMemory() {
    this(Path.of("/proc/self/status"));
  }

  /**
   * @param status file of the process, such as {@code /proc/1/status}
   */
  public ResidentMemory(Path status) {
    this.status = status;
  }

  /** Bytes, or empty where the system does not tell. */
  public OptionalLong bytes() {
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(LINE) && line.endsWith(UNIT))
          .map(line -> line.substring(LINE.length(), line.length() - UNIT.length()).strip())
          .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
          .findFirst();
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }
}
