package dev.verdict.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The {@code verdict} command in a JVM of its own. */
final class VerdictProcess implements AutoCloseable {
  private final Process process;
  private boolean ended;

  private VerdictProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param log file that its output is appended to
   */
  static VerdictProcess start(Path log, List<String> arguments, Map<String, String> settings)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-XX:+UseSerialGC");
    // Not the quieter one of the tests.
    command.add("-Dlogback.configurationFile=logback.xml");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(arguments);
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    File output = log.toFile();
    return new VerdictProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
            .start());
  }

  /** SIGKILL: nothing in the process gets to run any more. */
  void kill() throws InterruptedException {
    ended = true;
    process.destroyForcibly();
    process.waitFor();
  }

  /** Whether it was told to end. */
  boolean wasEnded() {
    return ended;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM, as a supervisor would end it; its exit status. */
  int stop() throws InterruptedException {
    ended = true;
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
