package dev.verdict.cli.doctor;

import dev.verdict.config.Settings;
import dev.verdict.contract.TopicPlan;
import dev.verdict.contract.Topics;
import dev.verdict.contract.Topics.Specification;
import dev.verdict.registry.Brokers;
import dev.verdict.registry.RefusedStartException;
import dev.verdict.registry.TopicCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What the brokers say of themselves, of the topics, and of what may be done. */
final class ClusterChecks {
  private static final String CLUSTER = "kafka";
  private static final String TOPICS = "topics";
  private static final String PARTITIONS = "partitions";
  private static final String RIGHTS = "rights";

  private final Settings settings;
  private final TopicPlan plan;

  ClusterChecks(Settings settings) {
    this.settings = settings;
    this.plan = settings.topicPlan();
  }

  Finding cluster(Admin admin) throws InterruptedException {
    String addresses = new Brokers(settings.kafkaClient()).addresses();
    long start = System.nanoTime();
    try {
      DescribeClusterResult cluster = admin.describeCluster();
      int nodes = cluster.nodes().get().size();
      return Finding.ok(
          CLUSTER,
          "%s answers in %d ms: cluster %s of %d %s"
              .formatted(
                  addresses,
                  (System.nanoTime() - start) / 1_000_000,
                  cluster.clusterId().get(),
                  nodes,
                  nodes == 1 ? "broker" : "brokers"));
    } catch (ExecutionException e) {
      return Finding.fail(
          CLUSTER,
          "%s gives no answer: %s".formatted(addresses, Brokers.reason(e)),
          "check bootstrap.servers, that a broker runs there, and kafka.security.protocol");
    }
  }

  /** The same as a service asks at its start, but everything. */
  List<Finding> topics() throws InterruptedException {
    TopicCheck check = new TopicCheck(settings.kafkaClient(), plan);
    try {
      TopicCheck.Findings findings = check.findings();
      List<Finding> found = new ArrayList<>();
      findings
          .faults()
          .forEach(
              fault ->
                  found.add(
                      Finding.fail(
                          TOPICS, fault, "verdict topics create makes the missing topics")));
      findings
          .unchecked()
          .forEach(
              (what, topics) ->
                  found.add(
                      Finding.warn(
                          TOPICS,
                          "The %s of %s may not be described".formatted(what, topics),
                          "grant Describe and DescribeConfigs on them, or look by hand")));
      if (found.isEmpty()) {
        check.ensureInternal(settings.applicationId());
        found.add(
            Finding.ok(
                TOPICS, "all %d are as they must be".formatted(plan.specifications().size())));
      }
      return found;
    } catch (RefusedStartException e) {
      return List.of(Finding.fail(TOPICS, e.getMessage(), "see Reset in docs/operations.md"));
    }
  }

  /** Whether every partition is served and has its replicas. */
  Finding partitions(Admin admin) throws InterruptedException {
    int partitions = 0;
    List<String> offline = new ArrayList<>();
    List<String> behind = new ArrayList<>();
    for (TopicDescription topic : described(admin, false).values()) {
      for (TopicPartitionInfo each : topic.partitions()) {
        partitions++;
        String name = topic.name() + "-" + each.partition();
        if (each.leader() == null || each.leader().isEmpty()) {
          offline.add(name);
        } else if (each.isr().size() < each.replicas().size()) {
          behind.add(name);
        }
      }
    }
    if (!offline.isEmpty()) {
      return Finding.fail(
          PARTITIONS, offline + " have no leader", "start the brokers that are down");
    }
    if (!behind.isEmpty()) {
      return Finding.warn(
          PARTITIONS,
          behind + " have replicas that are behind",
          "start the brokers that are down, or wait for them");
    }
    return partitions == 0
        ? Finding.skip(PARTITIONS, "no topic may be described")
        : Finding.ok(PARTITIONS, "all %d have a leader and their replicas".formatted(partitions));
  }

  /**
   * What this user may not do of what the services do. It asks as the user that these settings
   * name, which need not be the services'.
   */
  List<Finding> rights(Admin admin) throws InterruptedException {
    Map<String, TopicDescription> described = described(admin, true);
    Map<String, String> missing = new TreeMap<>();
    List<String> hidden = new ArrayList<>();
    Topics topics = plan.topics();
    for (Specification each : plan.specifications()) {
      TopicDescription topic = described.get(each.name());
      if (topic == null || topic.authorizedOperations() == null) {
        hidden.add(each.name());
        continue;
      }
      List<AclOperation> needed =
          topics.written().contains(each.name())
              ? List.of(AclOperation.READ, AclOperation.WRITE)
              : List.of(AclOperation.READ);
      List<String> refused = refused(needed, topic.authorizedOperations());
      if (!refused.isEmpty()) {
        missing.put("topic " + each.name(), String.join(" and ", refused));
      }
    }
    clusterRights(admin)
        .ifPresent(
            may -> {
              List<String> refused = refused(List.of(AclOperation.IDEMPOTENT_WRITE), may);
              // Write on any topic grants it too, so it is no fault of its own.
              if (!refused.isEmpty() && !missing.isEmpty()) {
                missing.put("cluster", String.join(" and ", refused));
              }
            });
    List<Finding> found = new ArrayList<>();
    if (!missing.isEmpty()) {
      found.add(
          Finding.fail(
              RIGHTS,
              "this user lacks " + words(missing),
              "kafka-acls.sh --add --allow-principal User:... --operation ... --topic ..., if the"
                  + " services run as this user"));
    }
    if (!hidden.isEmpty()) {
      found.add(
          Finding.warn(
              RIGHTS,
              "what may be done with %s is not told".formatted(hidden),
              "make the topics, or grant Describe on them"));
    }
    if (found.isEmpty()) {
      found.add(Finding.ok(RIGHTS, "this user may read and write what the services do"));
    }
    return found;
  }

  private static Optional<Set<AclOperation>> clusterRights(Admin admin)
      throws InterruptedException {
    try {
      return Optional.ofNullable(
          admin
              .describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
              .authorizedOperations()
              .get());
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  private static List<String> refused(List<AclOperation> needed, Set<AclOperation> may) {
    return needed.stream()
        .filter(operation -> !may.contains(operation) && !may.contains(AclOperation.ALL))
        .map(ClusterChecks::name)
        .toList();
  }

  private static String name(AclOperation operation) {
    StringBuilder name = new StringBuilder();
    for (String word : List.of(operation.name().split("_", -1))) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  private static String words(Map<String, String> missing) {
    return String.join(
        ", ",
        missing.entrySet().stream().map(each -> each.getValue() + " on " + each.getKey()).toList());
  }

  /** Those topics that are there and may be described. */
  private Map<String, TopicDescription> described(Admin admin, boolean rights)
      throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(
                plan.specifications().stream().map(Specification::name).toList(),
                new DescribeTopicsOptions().includeAuthorizedOperations(rights))
            .topicNameValues();
    Map<String, TopicDescription> described = new TreeMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> each : asked.entrySet()) {
      try {
        described.put(each.getKey(), each.getValue().get());
      } catch (ExecutionException e) {
        // One that is missing is told by the check of the topics, one that is hidden by its caller.
        if (!(e.getCause() instanceof AuthorizationException
            || e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw new KafkaException(Brokers.reason(e), e);
        }
      }
    }
    return described;
  }
}
