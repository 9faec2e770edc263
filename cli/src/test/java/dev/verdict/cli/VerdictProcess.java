package dev.verdict.cli;

import dev.verdict.cli.faults.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code verdict} command in a JVM of its own. */
final class VerdictProcess implements AutoCloseable {
  private final ChildJvm jvm;
  private boolean ended;

  private VerdictProcess(ChildJvm jvm) {
    this.jvm = jvm;
  }

  /**
   * Starts it.
   *
   * @param log file that its output is appended to
   */
  static VerdictProcess start(Path log, List<String> arguments, Map<String, String> settings) {
    List<String> command = new ArrayList<>();
    command.add(Main.class.getName());
    command.addAll(arguments);
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    // Not the quieter logging of the tests.
    List<String> options = List.of("-Xmx512m", "-Dlogback.configurationFile=logback.xml");
    return new VerdictProcess(ChildJvm.start(log, Map.of(), options, command));
  }

  /** SIGKILL: nothing in the process gets to run any more. */
  void kill() throws InterruptedException {
    ended = true;
    jvm.kill();
  }

  /** Whether it was told to end. */
  boolean wasEnded() {
    return ended;
  }

  boolean isAlive() {
    return jvm.isAlive();
  }

  /** SIGTERM, as a supervisor would end it; its exit status. */
  int stop() throws InterruptedException {
    ended = true;
    return jvm.terminate();
  }

  @Override
  public void close() {
    try {
      jvm.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
