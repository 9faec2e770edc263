package dev.verdict.registry;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;

/** Asks the brokers how many partitions a topic has, which need not be what the settings say. */
public final class PartitionCount {
  private final Brokers brokers;

  /**
   * @param kafka connection settings
   */
  public PartitionCount(Properties kafka) {
    this.brokers = new Brokers(kafka);
  }

  /**
   * The partitions of a topic.
   *
   * @throws RefusedStartException in one sentence, if the brokers cannot say
   */
  public int of(String topic) throws InterruptedException {
    try (Admin admin = brokers.ask()) {
      TopicDescription description =
          admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get();
      return description.partitions().size();
    } catch (ExecutionException | KafkaException e) {
      throw new RefusedStartException(
          "Cannot describe topic %s: %s".formatted(topic, Brokers.reason(e)));
    }
  }
}
