package dev.verdict.embedded.testing;

import java.util.Map;
import org.testcontainers.kafka.KafkaContainer;

/** Apache's own image, in the version of the client library, with the settings of one node. */
record ContainerBroker(KafkaContainer container) implements TestBroker {

  private static final String IMAGE = "apache/kafka:4.3.1";

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"),
          Map.entry("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
          Map.entry("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4"),
          Map.entry("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
          Map.entry("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
          Map.entry("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "4"),
          Map.entry("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1"),
          Map.entry("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1"),
          Map.entry("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
          Map.entry("KAFKA_GROUP_STREAMS_INITIAL_REBALANCE_DELAY_MS", "0"),
          Map.entry("KAFKA_GROUP_STREAMS_MIN_SESSION_TIMEOUT_MS", "1000"),
          Map.entry("KAFKA_GROUP_STREAMS_MIN_HEARTBEAT_INTERVAL_MS", "300"));

  static TestBroker start() {
    KafkaContainer container = new KafkaContainer(IMAGE).withEnv(SETTINGS);
    container.start();
    return new ContainerBroker(container);
  }

  @Override
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public void close() {
    container.stop();
  }
}
