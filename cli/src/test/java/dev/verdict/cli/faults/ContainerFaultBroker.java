package dev.verdict.cli.faults;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** Apache's own image on a fixed port, since a container that is started again keeps its data. */
final class ContainerFaultBroker implements FaultBroker {
  private static final String IMAGE = "apache/kafka:4.3.1";
  private static final int KAFKA_PORT = 9092;

  private final KafkaContainer container;
  private final String bootstrapServers;

  private ContainerFaultBroker(KafkaContainer container) {
    this.container = container;
    this.bootstrapServers = container.getBootstrapServers();
  }

  static FaultBroker start() {
    int port = freePort();
    KafkaContainer container =
        new KafkaContainer(IMAGE)
            .withEnv(
                Map.of(
                    "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
                    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1",
                    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1",
                    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1",
                    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"))
            .withCreateContainerCmdModifier(
                command ->
                    Objects.requireNonNull(command.getHostConfig())
                        .withPortBindings(
                            new PortBinding(
                                Ports.Binding.bindPort(port), new ExposedPort(KAFKA_PORT))));
    container.start();
    return new ContainerFaultBroker(container);
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void down(boolean kill) {
    if (kill) {
      DockerClientFactory.lazyClient().killContainerCmd(container.getContainerId()).exec();
    } else {
      DockerClientFactory.lazyClient().stopContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public void up() {
    DockerClientFactory.lazyClient().startContainerCmd(container.getContainerId()).exec();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .ignoreException(ExecutionException.class)
          .until(() -> !admin.describeCluster().nodes().get().isEmpty());
    }
  }

  @Override
  public void close() {
    container.stop();
  }
}
