package dev.verdict.registry;

import dev.verdict.contract.TopicPlan;
import dev.verdict.contract.Topics;
import dev.verdict.contract.Topics.Specification;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure at start that every topic is there and can hold what it is for, so that a wrong one is
 * a sentence at start instead of models forgotten or a transaction refused later.
 */
public final class TopicCheck {
  private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);
  private static final String RAISE = TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

  private final Brokers brokers;
  private final TopicCreator creator;
  private final TopicPlan plan;
  private final List<Specification> specifications;

  /**
   * Of all topics of the plan.
   *
   * @param kafka connection settings
   */
  public TopicCheck(Properties kafka, TopicPlan plan) {
    this(kafka, plan, plan.specifications().stream().map(Specification::name).toList());
  }

  /**
   * Of some topics of the plan.
   *
   * @param kafka connection settings
   * @param topics that are made and checked
   */
  public TopicCheck(Properties kafka, TopicPlan plan, Collection<String> topics) {
    this.brokers = new Brokers(kafka);
    this.creator = new TopicCreator(kafka, plan.replicationFactor());
    this.plan = plan;
    this.specifications =
        plan.specifications().stream().filter(topic -> topics.contains(topic.name())).toList();
  }

  /**
   * Makes the missing topics and checks those that are there. What may not be described is not
   * checked, with a warning.
   *
   * @return the names of those that were made
   * @throws RefusedStartException if Kafka cannot be reached, a topic is missing and may not or
   *     cannot be made, or cannot hold what it is for
   */
  public List<String> ensure() throws InterruptedException {
    List<String> made = creator.ensure(specifications, plan.create());
    try (Admin admin = brokers.ask()) {
      Findings findings = findings(admin, names());
      findings.unchecked().forEach(TopicCheck::warn);
      refuse(findings.faults());
      return made;
    } catch (ExecutionException | KafkaException e) {
      throw brokers.unreachable(e);
    }
  }

  /**
   * What a check of all topics has found.
   *
   * @param faults for which a service refuses its start, in one sentence each
   * @param unchecked topics of which something may not be described, by what that is
   */
  public record Findings(List<String> faults, Map<String, List<String>> unchecked) {}

  /**
   * Checks the topics and makes none.
   *
   * @throws RefusedStartException if Kafka cannot be reached
   */
  public Findings findings() throws InterruptedException {
    try (Admin admin = brokers.ask()) {
      Set<String> present = admin.listTopics().names().get();
      Findings findings = findings(admin, names().stream().filter(present::contains).toList());
      List<String> faults = new ArrayList<>();
      names().stream()
          .filter(name -> !present.contains(name))
          .forEach(name -> faults.add("Topic %s is missing".formatted(name)));
      faults.addAll(findings.faults());
      return new Findings(faults, findings.unchecked());
    } catch (ExecutionException | KafkaException e) {
      throw brokers.unreachable(e);
    }
  }

  private List<String> names() {
    return specifications.stream().map(Specification::name).toList();
  }

  private Findings findings(Admin admin, List<String> names)
      throws ExecutionException, InterruptedException {
    Map<String, List<String>> unchecked = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    checkPartitions(partitions(admin, names, unchecked), faults);
    checkConfigs(configs(admin, names, unchecked), faults);
    return new Findings(faults, unchecked);
  }

  /**
   * Checks the topics that Kafka Streams made for this application at an earlier start.
   *
   * @throws RefusedStartException if one of them does not fit the settings any more
   */
  public void ensureInternal(String applicationId) throws InterruptedException {
    String prefix = applicationId + "-";
    String events = prefix + Topics.BY_REVIEW_ID + "-repartition";
    Map<String, List<String>> unchecked = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    try (Admin admin = brokers.ask()) {
      List<String> names =
          admin.listTopics().names().get().stream()
              .filter(
                  name ->
                      name.startsWith(prefix)
                          && (name.endsWith("-repartition") || name.endsWith("-changelog")))
              .sorted()
              .toList();
      if (names.contains(events)) {
        Optional.ofNullable(partitions(admin, List.of(events), unchecked).get(events))
            .filter(count -> count != plan.partitions())
            .ifPresent(
                count -> {
                  throw new RefusedStartException(
                      "Invalid value %d for configuration topics.partitions: must be %d as when %s was made; set it back, or reset the application %s (docs/operations.md, Reset)"
                          .formatted(plan.partitions(), count, events, applicationId));
                });
      }
      Map<String, Config> configs = configs(admin, names, unchecked);
      names.forEach(name -> checkOutput(name, configs, faults));
      unchecked.forEach(TopicCheck::warn);
      refuse(faults);
    } catch (ExecutionException | KafkaException e) {
      throw brokers.unreachable(e);
    }
  }

  private static void refuse(List<String> faults) {
    if (!faults.isEmpty()) {
      throw new RefusedStartException(faults.get(0));
    }
  }

  private void checkPartitions(Map<String, Integer> partitions, List<String> faults) {
    for (String topic : plan.topics().inOrder()) {
      int count = partitions.getOrDefault(topic, 1);
      if (count != 1) {
        faults.add(
            "Topic %s has %d partitions, must have 1, for its records are read in their order: delete it, so that it is made anew, or choose other topics with topics.prefix"
                .formatted(topic, count));
      }
    }
  }

  private void checkConfigs(Map<String, Config> configs, List<String> faults) {
    Topics topics = plan.topics();
    value(configs, topics.modelRegistry(), TopicConfig.CLEANUP_POLICY_CONFIG)
        .filter(policy -> !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT))
        .ifPresent(
            policy ->
                faults.add(
                    "Topic %s has cleanup.policy %s, must be compact, or its models are forgotten: %s"
                        .formatted(
                            topics.modelRegistry(),
                            policy,
                            command(
                                topics.modelRegistry(),
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT))));
    checkDeadLetters(configs, faults);
    for (Specification topic : specifications) {
      if (topics.written().contains(topic.name()) && !topic.name().equals(topics.deadLetters())) {
        checkOutput(topic.name(), configs, faults);
      }
    }
  }

  /** Every record of the sources must fit, untouched. */
  private void checkDeadLetters(Map<String, Config> configs, List<String> faults) {
    Topics topics = plan.topics();
    int needed = plan.deadLetterMaxBytes();
    String why = "dead.letter.max.bytes";
    for (String source : List.of(topics.reviews(), topics.labels())) {
      int accepted = maxBytes(configs, source).orElse(0);
      if (accepted > needed) {
        needed = accepted;
        why = "max.message.bytes of " + source;
      }
    }
    int most = maxBytes(configs, topics.deadLetters()).orElse(Integer.MAX_VALUE);
    if (most < needed) {
      faults.add(
          "Topic %s has max.message.bytes %d, must be at least %d (%s), or a dead letter may not fit: %s"
              .formatted(
                  topics.deadLetters(),
                  most,
                  needed,
                  why,
                  command(topics.deadLetters(), RAISE, String.valueOf(needed))));
    }
  }

  private void checkOutput(String topic, Map<String, Config> configs, List<String> faults) {
    int most = maxBytes(configs, topic).orElse(Integer.MAX_VALUE);
    if (most < plan.outputMaxBytes()) {
      faults.add(
          "Invalid value %d for configuration output.max.bytes: must be at most %d, max.message.bytes of topic %s; lower it, or run %s"
              .formatted(
                  plan.outputMaxBytes(),
                  most,
                  topic,
                  command(topic, RAISE, String.valueOf(plan.outputMaxBytes()))));
    }
  }

  private String command(String topic, String key, String value) {
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s=%s"
        .formatted(brokers.addresses(), topic, key, value);
  }

  private static Optional<Integer> maxBytes(Map<String, Config> configs, String topic) {
    return value(configs, topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG).map(Integer::valueOf);
  }

  private static Optional<String> value(Map<String, Config> configs, String topic, String key) {
    return Optional.ofNullable(configs.get(topic))
        .map(config -> config.get(key))
        .map(ConfigEntry::value);
  }

  /** The partitions of those topics that may be described. */
  private static Map<String, Integer> partitions(
      Admin admin, List<String> topics, Map<String, List<String>> unchecked)
      throws ExecutionException, InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(topics).topicNameValues();
    Map<String, Integer> partitions = new HashMap<>();
    Set<String> refused = new TreeSet<>();
    for (String topic : topics) {
      described(topic, described.get(topic), refused)
          .ifPresent(description -> partitions.put(topic, description.partitions().size()));
    }
    note("partitions", refused, unchecked);
    return partitions;
  }

  /** The configurations in force of those topics that may be described. */
  private static Map<String, Config> configs(
      Admin admin, List<String> topics, Map<String, List<String>> unchecked)
      throws ExecutionException, InterruptedException {
    Map<ConfigResource, KafkaFuture<Config>> described =
        admin
            .describeConfigs(
                topics.stream()
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                    .toList())
            .values();
    Map<String, Config> configs = new HashMap<>();
    Set<String> refused = new TreeSet<>();
    for (String topic : topics) {
      described(topic, described.get(new ConfigResource(ConfigResource.Type.TOPIC, topic)), refused)
          .ifPresent(config -> configs.put(topic, config));
    }
    note("configuration", refused, unchecked);
    return configs;
  }

  private static <T> Optional<T> described(
      String topic, KafkaFuture<T> description, Set<String> refused)
      throws ExecutionException, InterruptedException {
    try {
      return Optional.of(description.get());
    } catch (ExecutionException e) {
      // One that was made a moment ago may not have reached the broker that is asked.
      if (e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof UnknownTopicOrPartitionException) {
        refused.add(topic);
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void note(String what, Set<String> refused, Map<String, List<String>> unchecked) {
    if (!refused.isEmpty()) {
      unchecked.put(what, List.copyOf(refused));
    }
  }

  private static void warn(String what, List<String> topics) {
    LOG.warn(
        "The {} of topics {} may not be described and is not checked (needs the rights Describe"
            + " and DescribeConfigs)",
        what,
        topics);
  }
}
