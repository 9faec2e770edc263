package dev.verdict.embedded.testing;

import java.util.Map;
import org.testcontainers.kafka.KafkaContainer;

/** Apache's own image, in the version of the client library, with the settings of one node. */
record ContainerBroker(KafkaContainer container) implements TestBroker {

  private static final String IMAGE = "apache/kafka:4.3.1";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
          "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1",
          "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4",
          "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1",
          "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1",
          "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "4",
          "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1",
          "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1",
          "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0",
          "KAFKA_GROUP_STREAMS_INITIAL_REBALANCE_DELAY_MS", "0");

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
