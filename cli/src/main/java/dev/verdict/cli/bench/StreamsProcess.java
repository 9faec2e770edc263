package dev.verdict.cli.bench;

import dev.verdict.cli.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code verdict streams} in a JVM of its own, started as this command was. */
final class StreamsProcess implements AutoCloseable {
  /** What the launcher says of itself to the JVM that it starts: its own path. */
  private static final String LAUNCHER = "verdict.launcher";

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);

  private final Process process;
  private final int port;
  private final Path log;

  private StreamsProcess(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param settings in the names of the settings
   * @param log file that gets its output
   * @param core that it is held on by {@code taskset}; empty for all
   */
  static StreamsProcess start(Map<String, String> settings, Path log, OptionalInt core)
      throws IOException {
    int port = freePort();
    Map<String, String> given = new LinkedHashMap<>(settings);
    given.put("streams.http.port", Integer.toString(port));
    List<String> command = new ArrayList<>();
    core.ifPresent(
        number -> command.addAll(List.of("taskset", "--cpu-list", Integer.toString(number))));
    command.addAll(launcher());
    command.add("streams");
    given.forEach((key, value) -> command.add("-D" + key + "=" + value));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new StreamsProcess(process, port, log);
  }

  /** The launcher, or the JVM as this one was started. */
  static List<String> launcher() {
    Optional<String> script = Optional.ofNullable(System.getProperty(LAUNCHER));
    if (script.isPresent()) {
      return List.of(script.get());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-agent"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The file of Linux that tells of the process, such as of its memory. */
  Path status() {
    return Path.of("/proc", Long.toString(process.pid()), "status");
  }

  /** Whether a library, such as one that the launcher preloads, is mapped into it. Linux only. */
  boolean maps(String library) throws IOException {
    Path maps = Path.of("/proc", Long.toString(process.pid()), "maps");
    try (Stream<String> lines = Files.lines(maps)) {
      return lines.anyMatch(line -> line.contains(library));
    }
  }

  /** Milliseconds of one core that it has had since its start; 0 where the system does not tell. */
  double coreMillis() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e6;
  }

  /** What it measures, in Prometheus' text format. */
  String metrics() throws IOException {
    HttpURLConnection connection = connect("/metrics");
    try (var body = connection.getInputStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      connection.disconnect();
    }
  }

  /**
   * Waits until it classifies.
   *
   * @throws IllegalStateException if it ends, or never does
   */
  void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
    while (!isReady()) {
      requireAlive();
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("verdict streams is not ready; see " + log);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /**
   * Fails when it has ended.
   *
   * @throws IllegalStateException if it has
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "verdict streams has ended with status " + process.exitValue() + "; see " + log);
    }
  }

  private boolean isReady() {
    try {
      HttpURLConnection connection = connect("/health/ready");
      boolean ready = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      connection.disconnect();
      return ready;
    } catch (IOException e) {
      // It does not listen yet.
      return false;
    }
  }

  private HttpURLConnection connect(String path) throws IOException {
    return (HttpURLConnection)
        URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(CLOSE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
