package dev.verdict.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * A real single-node Kafka (KRaft broker and controller) in this JVM, reachable on 127.0.0.1 only:
 * for trying things out and for tests. Its first listener has neither encryption nor
 * authentication.
 *
 * <p>It logs through slf4j under {@code kafka}, {@code org.apache.kafka} and {@code
 * state.change.logger}; the resource {@code dev/verdict/embedded/logback-kafka.xml}, included in a
 * Logback configuration, quiets them.
 */
public final class EmbeddedKafka implements AutoCloseable {

  /*
   * Built as Kafka's own KafkaRaftServer builds a combined node (KIP-500), with two differences:
   * the sockets are bound beforehand, and a fault is thrown or logged instead of ending the JVM.
   */

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

  private final String bootstrapServers;
  private final DataFolder dataFolder;
  private final ListenerSockets sockets;
  private final Metrics metrics;
  private final ControllerServer controller;
  private final BrokerServer broker;

  /**
   * What a broker has beyond its plain listener.
   *
   * @param listeners security protocol, such as {@code SASL_SSL}, by the listener's name; each gets
   *     any free port
   * @param settings of the broker in Kafka's names, such as {@code authorizer.class.name}; the
   *     plain listener's user, {@code User:ANONYMOUS}, has to be among {@code super.users}
   */
  public record Security(Map<String, String> listeners, Map<String, String> settings) {
    /** Only the plain listener, nobody is asked who they are. */
    public static final Security NONE = new Security(Map.of(), Map.of());
  }

  private EmbeddedKafka(DataFolder dataFolder, ListenerSockets sockets, Security security) {
    KafkaConfig config =
        KafkaConfig.fromProps(NodeSettings.of(dataFolder.path(), sockets, security), false);
    Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> format =
        KafkaRaftServer.initializeLogDirs(config, LOG, "");
    String clusterId = format._1().clusterId().orElseThrow();
    this.dataFolder = dataFolder;
    this.sockets = sockets;
    bootstrapServers = ListenerSockets.HOST + ":" + sockets.brokerPort();
    metrics = Server.initializeMetrics(config, Time.SYSTEM, clusterId);
    SharedServer shared =
        new SharedServer(
            config,
            format._1(),
            Time.SYSTEM,
            metrics,
            CompletableFuture.completedFuture(
                Map.of(NodeSettings.NODE_ID, sockets.controllerAddress())),
            List.of(),
            EmbeddedKafka::faultHandler,
            sockets);
    controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), format._2());
    broker = new BrokerServer(shared);
  }

  /**
   * Starts a broker and waits until it answers.
   *
   * @param dataDir where it keeps its log; a folder used before keeps its topics, records and
   *     offsets
   * @param port its port on 127.0.0.1, 0 to 65535; 0 for any free one
   * @throws EmbeddedKafkaException if the port is taken, the folder is unusable or in use by
   *     another broker, or Kafka does not start
   */
  public static EmbeddedKafka start(Path dataDir, int port) {
    return start(dataDir, port, Security.NONE);
  }

  /**
   * Starts a broker that has more listeners, or settings of its own, and waits until it answers.
   *
   * @param dataDir as above
   * @param port of the plain listener
   * @throws EmbeddedKafkaException as above
   */
  public static EmbeddedKafka start(Path dataDir, int port, Security security) {
    if (port < 0 || port > 65_535) {
      throw new EmbeddedKafkaException(
          "Port %d is not a port: it must be between 0 and 65535, 0 for any free one."
              .formatted(port));
    }
    ListenerSockets sockets =
        ListenerSockets.bind(port, List.copyOf(security.listeners().keySet()));
    try {
      DataFolder folder = DataFolder.open(dataDir);
      try {
        return start(folder, sockets, security);
      } catch (Throwable failure) {
        folder.close();
        throw new EmbeddedKafkaException(
            "The broker did not start in %s: %s".formatted(folder.path(), failure.getMessage()),
            failure);
      }
    } catch (EmbeddedKafkaException failure) {
      sockets.close();
      throw failure;
    }
  }

  private static EmbeddedKafka start(
      DataFolder folder, ListenerSockets sockets, Security security) {
    EmbeddedKafka kafka = new EmbeddedKafka(folder, sockets, security);
    try {
      kafka.controller.startup();
      kafka.broker.startup();
    } catch (Throwable failure) {
      kafka.stop();
      throw failure;
    }
    LOG.info("Broker started on {} with its log in {}", kafka.bootstrapServers, folder.path());
    return kafka;
  }

  /** The host and port that clients connect to, such as {@code 127.0.0.1:9092}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * The host and port of one of the further listeners.
   *
   * @param listener its name
   */
  public String bootstrapServers(String listener) {
    return ListenerSockets.HOST + ":" + sockets.port(listener);
  }

  /** Stops the broker and waits until it has stopped; a second call does nothing. */
  @Override
  public void close() {
    stop();
    LOG.info("Broker stopped on {}", bootstrapServers);
  }

  private void stop() {
    broker.shutdown();
    controller.shutdown();
    broker.awaitShutdown();
    controller.awaitShutdown();
    metrics.close();
    sockets.close();
    dataFolder.close();
  }

  private static FaultHandler faultHandler(String name, boolean fatal, Runnable action) {
    return (message, cause) -> {
      LOG.error("Kafka fault, {}: {}", name, message, cause);
      action.run();
      return new IllegalStateException(name + ": " + message, cause);
    };
  }
}
