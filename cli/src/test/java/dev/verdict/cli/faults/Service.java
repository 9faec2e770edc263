package dev.verdict.cli.faults;

import dev.verdict.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * One deployed service under a supervisor that starts it again when it has ended by itself, as
 * systemd or Kubernetes would.
 */
final class Service {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String name;
  private final String verb;
  private final Path folder;
  private final Path log;
  private final Map<String, String> settings;
  private Map<String, String> environment = Map.of();
  private ChildJvm jvm;
  private boolean wanted;
  private int endedByItself;

  /**
   * @param folder of its own, for its log and its fault points
   */
  Service(String name, String verb, Path folder, Map<String, String> settings) {
    this.name = name;
    this.verb = verb;
    this.folder = folder;
    this.log = folder.resolve(name + ".log");
    this.settings = Map.copyOf(settings);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  synchronized void start() {
    start(Map.of());
  }

  /** Starts it with environment variables, which a restart by the supervisor keeps. */
  synchronized void start(Map<String, String> variables) {
    environment = Map.copyOf(variables);
    wanted = true;
    List<String> arguments = new ArrayList<>(List.of(Main.class.getName(), verb));
    settings.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    jvm =
        ChildJvm.start(
            log,
            environment,
            List.of(
                "-Xmx384m",
                "-Dlogback.configurationFile=logback-faults.xml",
                "-D" + FaultPoint.FOLDER_PROPERTY + "=" + folder),
            arguments);
  }

  /** Starts it again if it has ended although nobody wanted that. */
  synchronized void supervise() {
    if (wanted && !jvm.isAlive()) {
      endedByItself++;
      start(environment);
    }
  }

  synchronized int endedByItself() {
    return endedByItself;
  }

  synchronized void kill() throws InterruptedException {
    wanted = false;
    jvm.kill();
  }

  synchronized void terminate() throws InterruptedException {
    wanted = false;
    jvm.terminate();
  }

  synchronized void freeze() throws InterruptedException {
    jvm.freeze();
  }

  synchronized void thaw() throws InterruptedException {
    jvm.thaw();
  }

  /** Ends it at the end of the run, whether it runs or not. */
  synchronized void close() throws InterruptedException {
    if (jvm != null) {
      kill();
    }
  }

  /**
   * Holds it where it logs a line: see {@link FaultPoint}.
   *
   * @param action {@link FaultPoint#BLOCK} or milliseconds
   */
  void arm(String action, String pattern) {
    try {
      Files.deleteIfExists(folder.resolve(FaultPoint.REACHED));
      Path aside = folder.resolve("arming");
      Files.writeString(aside, action + "\n" + pattern + "\n");
      Files.move(aside, folder.resolve(FaultPoint.ARMED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void disarm() {
    try {
      Files.deleteIfExists(folder.resolve(FaultPoint.ARMED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it is held. */
  void awaitHeld() {
    Awaitility.await(name + " reaches its fault point")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> Files.exists(folder.resolve(FaultPoint.REACHED)));
  }

  /** Where its log ends now, to look only at what comes after. */
  int logEnd() {
    return log().length();
  }

  /** Waits until its log says {@code text} after {@code from}. */
  void awaitLog(int from, String text) {
    Awaitility.await(name + " logs \"" + text + "\"")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> log().indexOf(text, from) >= 0);
  }

  private String log() {
    try {
      return Files.exists(log)
          ? new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
