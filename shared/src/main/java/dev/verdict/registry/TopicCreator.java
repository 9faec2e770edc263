package dev.verdict.registry;

import dev.verdict.contract.Topics.Specification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sure at start that every topic is there. */
public final class TopicCreator {
  private static final Logger LOG = LoggerFactory.getLogger(TopicCreator.class);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Brokers brokers;
  private final short replicationFactor;

  /**
   * @param kafka connection settings
   * @param replicationFactor of new topics, -1 for the broker's default
   */
  public TopicCreator(Properties kafka, short replicationFactor) {
    this.brokers = new Brokers(kafka);
    this.replicationFactor = replicationFactor;
  }

  /**
   * Makes the missing topics.
   *
   * @param create whether they may be made
   * @return the names of those that were made
   * @throws RefusedStartException in one sentence
   */
  public List<String> ensure(List<Specification> topics, boolean create)
      throws InterruptedException {
    try (Admin admin = brokers.ask()) {
      Set<String> present = admin.listTopics().names().get();
      List<Specification> missing =
          topics.stream().filter(topic -> !present.contains(topic.name())).toList();
      if (missing.isEmpty()) {
        return List.of();
      }
      List<String> names = missing.stream().map(Specification::name).toList();
      if (!create) {
        throw new RefusedStartException(
            "Topics " + names + " are missing: make them, or set topics.create to true");
      }
      List<NewTopic> made = new ArrayList<>();
      for (Specification topic : missing) {
        made.add(
            new NewTopic(
                    topic.name(),
                    Optional.of(topic.partitions()),
                    replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor))
                .configs(topic.configs()));
      }
      Map<String, KafkaFuture<Void>> results = admin.createTopics(made).values();
      List<Specification> own = new ArrayList<>();
      for (Specification topic : missing) {
        if (create(topic.name(), results.get(topic.name()))) {
          own.add(topic);
        }
      }
      awaitLeaders(admin, missing);
      return own.stream().map(Specification::name).toList();
    } catch (ExecutionException | KafkaException e) {
      throw brokers.unreachable(e);
    }
  }

  /**
   * Checks that topics are there, and makes none.
   *
   * @throws RefusedStartException in one sentence
   */
  public void requirePresent(List<String> topics) throws InterruptedException {
    try (Admin admin = brokers.ask()) {
      Set<String> present = admin.listTopics().names().get();
      List<String> missing = topics.stream().filter(topic -> !present.contains(topic)).toList();
      if (!missing.isEmpty()) {
        throw new RefusedStartException(
            "Topics %s are missing at %s: was Verdict started there, with these names?"
                .formatted(missing, brokers.addresses()));
      }
    } catch (ExecutionException | KafkaException e) {
      throw brokers.unreachable(e);
    }
  }

  /**
   * Waits until every partition is served. Else a producer's second batch may be taken where its
   * first was refused, and the first, sent again, is out of order for good.
   */
  private static void awaitLeaders(Admin admin, List<Specification> made)
      throws ExecutionException, InterruptedException {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    for (Specification topic : made) {
      for (int partition = 0; partition < topic.partitions(); partition++) {
        partitions.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    while (true) {
      try {
        admin.describeTopics(made.stream().map(Specification::name).toList()).allTopicNames().get();
        admin.listOffsets(partitions).all().get();
        return;
      } catch (ExecutionException e) {
        // The broker that is asked may not have heard of them yet.
        if (!(e.getCause() instanceof RetriableException)) {
          throw e;
        }
        if (System.nanoTime() - giveUp > 0) {
          throw new RefusedStartException(
              "Topics %s were made, but not all of their partitions are served after %d s: %s"
                  .formatted(
                      made.stream().map(Specification::name).toList(),
                      PATIENCE.toSeconds(),
                      Brokers.reason(e)));
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      }
    }
  }

  private static boolean create(String topic, KafkaFuture<Void> made) throws InterruptedException {
    try {
      made.get();
      LOG.info("Made topic {}", topic);
      return true;
    } catch (ExecutionException e) {
      // Another instance that starts at the same time may have been first.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new RefusedStartException(
            "Cannot make topic " + topic + ": " + e.getCause().getMessage());
      }
      return false;
    }
  }
}
