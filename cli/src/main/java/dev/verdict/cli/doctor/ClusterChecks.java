package dev.verdict.cli.doctor;

import dev.verdict.config.Settings;
import dev.verdict.contract.TopicPlan;
import dev.verdict.contract.Topics.Specification;
import dev.verdict.registry.Brokers;
import dev.verdict.registry.RefusedStartException;
import dev.verdict.registry.TopicCheck;
import dev.verdict.registry.access.AccessCheck;
import dev.verdict.registry.access.Acl;
import dev.verdict.registry.access.ServiceRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
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
    for (TopicDescription topic : described(admin).values()) {
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
   * name, which need not be theirs.
   */
  List<Finding> rights(List<ServiceRole> roles) throws InterruptedException {
    List<Finding> found = new ArrayList<>();
    for (ServiceRole role : roles) {
      AccessCheck check = new AccessCheck(role, settings);
      List<Acl> missing = check.missing();
      for (Acl acl : missing) {
        String message = check.sentence(List.of(acl));
        String remedy = check.commands(List.of(acl));
        found.add(
            acl.need() == Acl.Need.ADVISED
                ? Finding.warn(RIGHTS, message, remedy)
                : Finding.fail(RIGHTS, message, remedy + " (if it runs as this user)"));
      }
      if (missing.isEmpty()) {
        found.add(
            Finding.ok(
                RIGHTS, "%s may do all that %s does".formatted(check.principal(), role.command())));
      }
    }
    return found;
  }

  /** Those topics that are there and may be described. */
  private Map<String, TopicDescription> described(Admin admin) throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(plan.specifications().stream().map(Specification::name).toList())
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
