package dev.verdict.registry.access;

import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.verdict.config.Settings;
import dev.verdict.contract.Topics;
import dev.verdict.contract.Topics.Specification;
import dev.verdict.registry.access.Acl.Need;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The least that each role needs, with the names of a deployment. Read, Write and Delete bring
 * Describe with them; IdempotentWrite is not needed since brokers of Kafka 2.8 (KIP-679).
 */
public final class AccessList {
  private final Settings settings;
  private final Topics topics;
  private final Set<Acl> acls = new LinkedHashSet<>();

  private AccessList(Settings settings) {
    this.settings = settings;
    this.topics = settings.topics();
  }

  /** What the role needs. With {@code topics.create=true} the services may make their topics. */
  public static List<Acl> of(ServiceRole role, Settings settings) {
    AccessList list = new AccessList(settings);
    switch (role) {
      case STREAMS -> list.streams();
      case TRAINER -> list.trainer();
      case PRODUCE -> list.topics(List.of(list.topics.reviews(), list.topics.labels()), WRITE);
      case TAIL -> list.topics(list.all(), READ);
      case MODELS -> list.topics(List.of(list.topics.modelRegistry()), READ);
      case RETRAIN -> list.retrain();
      case PROMOTE -> list.promote();
      case DEAD_LETTERS_LIST -> list.topics(List.of(list.topics.deadLetters()), READ);
      case DEAD_LETTERS_REPLAY -> list.deadLetters();
      case REPLAY -> {
        String output = replayOutput(settings);
        list.replay(output, settings.applicationId() + "-replay-" + output);
      }
      case POLICY -> list.policy();
      case VERIFY_METRICS -> list.verifyMetrics();
      case TOPICS -> list.topicsVerb();
      case DOCTOR -> list.doctor();
    }
    return List.copyOf(list.acls);
  }

  /** Where {@code verdict replay} writes to, in a list for no certain one. */
  public static String replayOutput(Settings settings) {
    return settings.topics().prefix() + "predictions-replayed";
  }

  /**
   * What one {@code verdict replay} needs.
   *
   * @param output topic that it writes to
   * @param group that keeps its progress
   */
  public static List<Acl> replay(Settings settings, String output, String group) {
    AccessList list = new AccessList(settings);
    list.replay(output, group);
    return List.copyOf(list.acls);
  }

  /** The topics that a role works with, whatever it does with them. */
  public static List<String> topics(ServiceRole role, Settings settings) {
    return of(role, settings).stream()
        .filter(acl -> acl.resource().resourceType() == ResourceType.TOPIC && !acl.isPrefix())
        .map(acl -> acl.resource().name())
        .distinct()
        .toList();
  }

  private void streams() {
    topics(
        List.of(
            topics.reviews(),
            topics.labels(),
            topics.gradedPredictions(),
            topics.retrainRequests(),
            topics.trainingRuns(),
            topics.modelRegistry()),
        READ);
    topics(
        List.of(
            topics.predictions(),
            topics.shadowPredictions(),
            topics.gradedPredictions(),
            topics.trainingExamples(),
            topics.evaluations(),
            topics.drift(),
            topics.retrainRequests(),
            topics.modelRegistry(),
            topics.decisions(),
            topics.deadLetters()),
        WRITE);
    made();
    if (settings.statusPage().enabled()) {
      for (String shown : List.of(topics.evaluations(), topics.decisions())) {
        add(ResourceType.TOPIC, shown, READ, Need.ADVISED);
      }
    }
    String application = settings.applicationId();
    add(ResourceType.GROUP, application, READ, Need.REQUIRED);
    if (settings.streamsGroup()) {
      add(ResourceType.GROUP, application, ALTER_CONFIGS, Need.ADVISED);
    }
    // Repartition topics keep their records for ever; Kafka Streams deletes what it has read.
    for (AclOperation operation : List.of(CREATE, READ, WRITE, DELETE)) {
      addPrefix(ResourceType.TOPIC, application + "-", operation, Need.REQUIRED);
    }
    addPrefix(ResourceType.TOPIC, application + "-", DESCRIBE_CONFIGS, Need.ADVISED);
    if (!settings.kafkaStreams(1).get("processing.guarantee").equals("at_least_once")) {
      addPrefix(ResourceType.TRANSACTIONAL_ID, application + "-", WRITE, Need.REQUIRED);
    }
  }

  private void trainer() {
    topics(
        List.of(
            topics.reviews(),
            topics.labels(),
            topics.trainingExamples(),
            topics.retrainRequests(),
            topics.trainingRuns(),
            topics.modelRegistry()),
        READ);
    topics(
        List.of(
            topics.trainingRuns(),
            topics.modelRegistry(),
            topics.decisions(),
            topics.deadLetters()),
        WRITE);
    made();
    String name = topics.trainerId(settings.modelName());
    add(ResourceType.GROUP, name, READ, Need.REQUIRED);
    add(ResourceType.TRANSACTIONAL_ID, name, WRITE, Need.REQUIRED);
  }

  /** What a service does at its start with each topic that it works with. */
  private void made() {
    for (String topic : acls.stream().map(acl -> acl.resource().name()).distinct().toList()) {
      add(ResourceType.TOPIC, topic, DESCRIBE_CONFIGS, Need.ADVISED);
      if (settings.topicPlan().create()) {
        add(ResourceType.TOPIC, topic, CREATE, Need.TO_MAKE);
      }
    }
  }

  private void retrain() {
    topics(List.of(topics.retrainRequests()), WRITE);
    topics(List.of(topics.trainingRuns()), READ);
  }

  private void promote() {
    topics(List.of(topics.modelRegistry()), READ);
    topics(List.of(topics.modelRegistry(), topics.decisions()), WRITE);
    add(
        ResourceType.TRANSACTIONAL_ID,
        topics.operatorId(settings.modelName()),
        WRITE,
        Need.REQUIRED);
  }

  private void deadLetters() {
    List<String> sources = List.of(topics.reviews(), topics.labels(), topics.retrainRequests());
    topics(List.of(topics.deadLetters()), READ);
    topics(sources, READ);
    topics(sources, WRITE);
    made(topics.replayedDeadLetters());
    topics(List.of(topics.replayedDeadLetters()), READ);
    add(
        ResourceType.TRANSACTIONAL_ID,
        settings.applicationId() + "-dead-letters-replay",
        WRITE,
        Need.REQUIRED);
  }

  private void replay(String output, String group) {
    topics(List.of(topics.reviews(), topics.modelRegistry()), READ);
    made(output);
    add(ResourceType.GROUP, group, READ, Need.REQUIRED);
    add(ResourceType.TRANSACTIONAL_ID, group, WRITE, Need.REQUIRED);
  }

  private void made(String output) {
    topics(List.of(output), WRITE);
    if (settings.topicPlan().create()) {
      add(ResourceType.TOPIC, output, CREATE, Need.TO_MAKE);
    }
  }

  private void policy() {
    topics(
        List.of(
            topics.modelRegistry(),
            topics.retrainRequests(),
            topics.trainingRuns(),
            topics.decisions(),
            topics.evaluations()),
        READ);
  }

  private void verifyMetrics() {
    topics(
        List.of(
            topics.evaluations(),
            topics.gradedPredictions(),
            topics.predictions(),
            topics.labels()),
        READ);
    for (String topic : List.of(topics.predictions(), topics.labels())) {
      add(ResourceType.TOPIC, topic, DESCRIBE_CONFIGS, Need.ADVISED);
    }
  }

  private void topicsVerb() {
    topics(all(), DESCRIBE);
    made();
    described();
  }

  private void doctor() {
    topics(
        List.of(
            topics.modelRegistry(),
            topics.deadLetters(),
            topics.evaluations(),
            topics.trainingRuns(),
            topics.decisions()),
        READ);
    for (String topic : all()) {
      if (acls.stream().noneMatch(acl -> acl.resource().name().equals(topic))) {
        topics(List.of(topic), DESCRIBE);
      }
    }
    for (String topic : all()) {
      add(ResourceType.TOPIC, topic, DESCRIBE_CONFIGS, Need.ADVISED);
    }
    add(ResourceType.GROUP, settings.applicationId(), DESCRIBE, Need.REQUIRED);
    described();
  }

  private void described() {
    for (AclOperation operation : List.of(DESCRIBE, DESCRIBE_CONFIGS)) {
      addPrefix(ResourceType.TOPIC, settings.applicationId() + "-", operation, Need.ADVISED);
    }
  }

  private List<String> all() {
    return settings.topicPlan().specifications().stream().map(Specification::name).toList();
  }

  private void topics(List<String> names, AclOperation operation) {
    names.forEach(name -> add(ResourceType.TOPIC, name, operation, Need.REQUIRED));
  }

  private void add(ResourceType type, String name, AclOperation operation, Need need) {
    acls.add(new Acl(new ResourcePattern(type, name, PatternType.LITERAL), operation, need));
  }

  private void addPrefix(ResourceType type, String name, AclOperation operation, Need need) {
    acls.add(new Acl(new ResourcePattern(type, name, PatternType.PREFIXED), operation, need));
  }

  /** Those of a list that are about these topics, or about no single topic. */
  public static List<Acl> only(List<Acl> acls, List<String> topics) {
    List<Acl> chosen = new ArrayList<>();
    for (Acl acl : acls) {
      boolean topic = acl.resource().resourceType() == ResourceType.TOPIC && !acl.isPrefix();
      if (!topic || topics.contains(acl.resource().name())) {
        chosen.add(acl);
      }
    }
    return chosen;
  }
}
