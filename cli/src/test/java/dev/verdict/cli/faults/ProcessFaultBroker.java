package dev.verdict.cli.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/** The embedded broker in a JVM of its own. */
final class ProcessFaultBroker implements FaultBroker {
  private final Path folder;
  private final int port;
  private ChildJvm jvm;

  private ProcessFaultBroker(Path folder, int port) {
    this.folder = folder;
    this.port = port;
    this.jvm = startJvm();
  }

  static FaultBroker start(Path folder) {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = free.getLocalPort();
      free.close();
      ProcessFaultBroker broker = new ProcessFaultBroker(folder, port);
      broker.awaitAnswer();
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void down(boolean kill) throws InterruptedException {
    if (kill) {
      jvm.kill();
    } else {
      jvm.terminate();
    }
  }

  @Override
  public void up() {
    jvm = startJvm();
    awaitAnswer();
  }

  @Override
  public void close() throws InterruptedException {
    jvm.kill();
  }

  private ChildJvm startJvm() {
    return ChildJvm.start(
        folder.resolve("broker.log"),
        Map.of(),
        List.of("-Xmx512m", "-Dlogback.configurationFile=logback.xml"),
        List.of(
            BrokerMain.class.getName(), folder.resolve("broker").toString(), String.valueOf(port)));
  }

  private void awaitAnswer() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .ignoreException(ExecutionException.class)
          .until(() -> !admin.describeCluster().nodes().get().isEmpty());
    }
  }
}
