package dev.verdict.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * Kafka's settings for one node on one small machine. Names and defaults: the <a
 * href="https://kafka.apache.org/documentation/#brokerconfigs">broker configs</a> of Kafka.
 */
final class NodeSettings {

  static final int NODE_ID = 1;

  private static final Map<String, String> ROLES =
      Map.of(
          "process.roles",
          "broker,controller",
          "node.id",
          Integer.toString(NODE_ID),
          "controller.listener.names",
          ListenerSockets.CONTROLLER,
          "inter.broker.listener.name",
          ListenerSockets.BROKER,
          "auto.create.topics.enable",
          "false");

  /** Internal topics expect three brokers by default; with one, transactions would never start. */
  private static final Map<String, String> SINGLE_NODE =
      Map.of(
          "offsets.topic.replication.factor", "1",
          "transaction.state.log.replication.factor", "1",
          "transaction.state.log.min.isr", "1",
          "share.coordinator.state.topic.replication.factor", "1",
          "share.coordinator.state.topic.min.isr", "1",
          "default.replication.factor", "1",
          "min.insync.replicas", "1",
          "auto.leader.rebalance.enable", "false");

  private static final Map<String, String> SMALL_MACHINE =
      Map.ofEntries(
          Map.entry("offsets.topic.num.partitions", "4"),
          Map.entry("transaction.state.log.num.partitions", "4"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "4"),
          Map.entry("background.threads", "2"),
          Map.entry("num.recovery.threads.per.data.dir", "1"),
          Map.entry("group.coordinator.threads", "1"),
          Map.entry("group.coordinator.background.threads", "1"),
          Map.entry("share.coordinator.threads", "1"),
          // 128 MiB by default, all of it allocated at start.
          Map.entry("log.cleaner.dedupe.buffer.size", "8388608"),
          // Two files of this size are mapped for each partition.
          Map.entry("log.index.size.max.bytes", "1048576"),
          Map.entry("metric.reporters", ""),
          // A transaction that begins right after another waits until the markers of that one are
          // written, a few milliseconds here. By default the broker looks again after 20 ms, and
          // gives up after 100, upon which the producer waits, with errors in both logs.
          Map.entry("add.partitions.to.txn.retry.backoff.ms", "2"),
          Map.entry("add.partitions.to.txn.retry.backoff.max.ms", "1000"),
          // Nobody else is starting: a group's first members need not be waited for.
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("group.streams.initial.rebalance.delay.ms", "0"),
          // Clients here may ask for less patience than the defaults of a cluster allow.
          Map.entry("group.streams.min.session.timeout.ms", "1000"),
          Map.entry("group.streams.min.heartbeat.interval.ms", "300"));

  private NodeSettings() {}

  static Properties of(Path dataDir, ListenerSockets sockets, EmbeddedKafka.Security security) {
    StringBuilder listeners = new StringBuilder(address(ListenerSockets.BROKER, sockets));
    StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    security
        .listeners()
        .forEach(
            (name, protocol) -> {
              listeners.append(',').append(address(name, sockets));
              protocols.append(',').append(name).append(':').append(protocol);
            });
    String controller = "%s:%d".formatted(ListenerSockets.HOST, sockets.controllerPort());
    Properties properties = new Properties();
    properties.putAll(ROLES);
    properties.putAll(SINGLE_NODE);
    properties.putAll(SMALL_MACHINE);
    properties.putAll(security.settings());
    properties.setProperty("listener.security.protocol.map", protocols.toString());
    properties.setProperty("listeners", listeners + ",CONTROLLER://" + controller);
    properties.setProperty("advertised.listeners", listeners.toString());
    properties.setProperty("controller.quorum.voters", NODE_ID + "@" + controller);
    properties.setProperty("log.dirs", dataDir.toString());
    return properties;
  }

  private static String address(String listener, ListenerSockets sockets) {
    return "%s://%s:%d".formatted(listener, ListenerSockets.HOST, sockets.port(listener));
  }
}
