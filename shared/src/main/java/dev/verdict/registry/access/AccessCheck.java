package dev.verdict.registry.access;

import dev.verdict.config.Settings;
import dev.verdict.registry.Brokers;
import dev.verdict.registry.RefusedStartException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.resource.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers what this user may do, and says what of a role's list is missing. Nothing is
 * written.
 *
 * <p>Topics and groups that are there tell all that may be done with them (<a
 * href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-430+-+Return+Authorized+Operations+in+Describe+Responses">KIP-430</a>).
 * Of what is not there yet, and of transactional ids, only that it may be described and, of topics,
 * made: what else is missing shows when it is there. Where the brokers have no authorizer nothing
 * is missing.
 */
public final class AccessCheck {
  private static final Logger LOG = LoggerFactory.getLogger(AccessCheck.class);

  /** After a prefix: the name of nothing. */
  private static final String PROBE = "access-check";

  private final Brokers brokers;
  private final Properties kafka;
  private final ServiceRole role;
  private final List<Acl> acls;
  private final boolean streamsGroup;

  /** Of all that the role needs. */
  public AccessCheck(ServiceRole role, Settings settings) {
    this(role, settings, AccessList.of(role, settings));
  }

  /** Of some of it. */
  public AccessCheck(ServiceRole role, Settings settings, List<Acl> acls) {
    this.kafka = settings.kafkaClient();
    this.brokers = new Brokers(kafka);
    this.role = role;
    this.acls = List.copyOf(acls);
    this.streamsGroup = settings.streamsGroup();
  }

  /**
   * Goes on only if nothing is missing that is needed; what is only advised is warned of.
   *
   * @throws RefusedStartException that names everything missing, or if Kafka cannot be reached
   */
  public void require() throws InterruptedException {
    List<Acl> missing = missing();
    List<Acl> needed = missing.stream().filter(acl -> acl.need() != Acl.Need.ADVISED).toList();
    if (!needed.isEmpty()) {
      throw new RefusedStartException(sentence(needed) + ":\n" + commands(needed));
    }
    if (!missing.isEmpty()) {
      LOG.warn("{}; it is only advised, what takes it is left out", sentence(missing));
    }
  }

  /**
   * What of the list this user lacks, as far as can be told now.
   *
   * @throws RefusedStartException if Kafka cannot be reached
   */
  public List<Acl> missing() throws InterruptedException {
    Set<Acl> missing = new LinkedHashSet<>();
    try (Admin admin = brokers.ask()) {
      topics(admin, missing);
      prefixes(admin, missing);
      groups(admin, missing);
      transactionalIds(admin, missing);
    } catch (ExecutionException | KafkaException e) {
      throw brokers.unreachable(e);
    }
    return acls.stream().filter(missing::contains).toList();
  }

  /** Such as {@code User:verdict lacks Read on topic reviews, which verdict streams needs}. */
  public String sentence(List<Acl> missing) {
    Map<String, List<String>> operations = new LinkedHashMap<>();
    for (Acl acl : missing) {
      operations
          .computeIfAbsent(acl.resourceText(), each -> new ArrayList<>())
          .add(acl.operationName());
    }
    List<String> texts = new ArrayList<>();
    operations.forEach((resource, names) -> texts.add(listed(names) + " on " + resource));
    return "%s lacks %s, which %s needs"
        .formatted(principal(), String.join(", ", texts), role.command());
  }

  private static String listed(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }

  /** What an administrator runs to grant them, a line each. */
  public String commands(List<Acl> missing) {
    return AclCommands.grant(brokers.addresses(), Optional.empty(), principal(), missing).stream()
        .collect(Collectors.joining("\n"));
  }

  /** Who the brokers most likely take this user for. */
  public String principal() {
    return PrincipalName.of(kafka);
  }

  /**
   * What a fault is about, in one sentence, if it is that this user may not do something or is not
   * known.
   */
  public Optional<String> explain(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthenticationException) {
        return Optional.of(
            "%s is not let in by the brokers at %s: %s"
                .formatted(principal(), brokers.addresses(), cause.getMessage()));
      }
      if (cause instanceof AuthorizationException) {
        return Optional.of(
            lacking()
                .orElse(
                    "%s lacks a right that %s needs: %s"
                        .formatted(principal(), role.command(), cause.getMessage())));
      }
    }
    return Optional.empty();
  }

  private Optional<String> lacking() {
    try {
      List<Acl> needed = missing().stream().filter(acl -> acl.need() == Acl.Need.REQUIRED).toList();
      return needed.isEmpty() ? Optional.empty() : Optional.of(sentence(needed));
    } catch (RefusedStartException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void topics(Admin admin, Set<Acl> missing)
      throws ExecutionException, InterruptedException {
    Map<String, List<Acl>> byName = byName(ResourceType.TOPIC, acl -> !acl.isPrefix());
    Map<String, KafkaFuture<TopicDescription>> described =
        admin
            .describeTopics(
                byName.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    List<String> absent = new ArrayList<>();
    List<String> unseen = new ArrayList<>();
    for (Map.Entry<String, List<Acl>> each : byName.entrySet()) {
      try {
        Set<AclOperation> may = described.get(each.getKey()).get().authorizedOperations();
        each.getValue().stream()
            .filter(acl -> acl.need() != Acl.Need.TO_MAKE && lacks(may, acl.operation()))
            .forEach(missing::add);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          each.getValue().stream().filter(Acl::describes).forEach(missing::add);
          unseen.add(each.getKey());
        } else if (!isAbsent(e)) {
          throw e;
        }
        absent.add(each.getKey());
      }
    }
    creatable(admin, absent, byName, missing);
    configurable(admin, unseen, byName, missing);
  }

  /** An error that only tells that there is no such thing. */
  private static boolean isAbsent(ExecutionException e) {
    return e.getCause() instanceof UnknownTopicOrPartitionException
        || e.getCause() instanceof GroupIdNotFoundException
        || e.getCause() instanceof TransactionalIdNotFoundException
        || e.getCause() instanceof UnsupportedVersionException;
  }

  private void creatable(
      Admin admin, Collection<String> names, Map<String, List<Acl>> acls, Set<Acl> missing)
      throws InterruptedException {
    Map<String, Acl> create = new LinkedHashMap<>();
    for (String name : names) {
      acls.get(name).stream()
          .filter(acl -> acl.operation() == AclOperation.CREATE)
          .forEach(acl -> create.put(name, acl));
    }
    Map<String, KafkaFuture<Void>> tried =
        admin
            .createTopics(
                create.keySet().stream()
                    .map(name -> new NewTopic(name, Optional.of(1), Optional.empty()))
                    .toList(),
                new CreateTopicsOptions().validateOnly(true))
            .values();
    for (Map.Entry<String, Acl> each : create.entrySet()) {
      if (isRefused(tried.get(each.getKey()))) {
        missing.add(each.getValue());
      }
    }
  }

  private static void configurable(
      Admin admin, Collection<String> names, Map<String, List<Acl>> acls, Set<Acl> missing)
      throws InterruptedException {
    Map<ConfigResource, Acl> describe = new LinkedHashMap<>();
    for (String name : names) {
      acls.get(name).stream()
          .filter(acl -> acl.operation() == AclOperation.DESCRIBE_CONFIGS)
          .forEach(acl -> describe.put(new ConfigResource(ConfigResource.Type.TOPIC, name), acl));
    }
    Map<ConfigResource, ? extends KafkaFuture<?>> tried =
        admin.describeConfigs(describe.keySet()).values();
    for (Map.Entry<ConfigResource, Acl> each : describe.entrySet()) {
      if (isRefused(tried.get(each.getKey()))) {
        missing.add(each.getValue());
      }
    }
  }

  private static boolean isRefused(KafkaFuture<?> answer) throws InterruptedException {
    try {
      answer.get();
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof AuthorizationException;
    }
  }

  private void prefixes(Admin admin, Set<Acl> missing)
      throws ExecutionException, InterruptedException {
    Map<String, List<Acl>> byPrefix = byName(ResourceType.TOPIC, Acl::isPrefix);
    if (byPrefix.isEmpty()) {
      return;
    }
    Set<String> present = admin.listTopics().names().get();
    for (Map.Entry<String, List<Acl>> each : byPrefix.entrySet()) {
      String probe = each.getKey() + PROBE;
      List<String> names =
          new ArrayList<>(present.stream().filter(name -> name.startsWith(each.getKey())).toList());
      names.add(probe);
      Map<String, KafkaFuture<TopicDescription>> described =
          admin
              .describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .topicNameValues();
      for (String name : names) {
        try {
          Set<AclOperation> may = described.get(name).get().authorizedOperations();
          each.getValue().stream().filter(acl -> lacks(may, acl.operation())).forEach(missing::add);
        } catch (ExecutionException e) {
          if (e.getCause() instanceof AuthorizationException) {
            each.getValue().stream().filter(Acl::describes).forEach(missing::add);
          } else if (!isAbsent(e)) {
            throw e;
          }
        }
      }
      Map<String, List<Acl>> probed = Map.of(probe, each.getValue());
      creatable(admin, List.of(probe), probed, missing);
      configurable(admin, List.of(probe), probed, missing);
    }
  }

  private void groups(Admin admin, Set<Acl> missing)
      throws ExecutionException, InterruptedException {
    for (Map.Entry<String, List<Acl>> each : byName(ResourceType.GROUP, acl -> true).entrySet()) {
      String group = each.getKey();
      try {
        Set<AclOperation> may = groupOperations(admin, group);
        each.getValue().stream().filter(acl -> lacks(may, acl.operation())).forEach(missing::add);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          each.getValue().stream().filter(Acl::describes).forEach(missing::add);
        } else if (!isAbsent(e)) {
          throw e;
        }
      }
    }
  }

  private Set<AclOperation> groupOperations(Admin admin, String group)
      throws ExecutionException, InterruptedException {
    if (streamsGroup) {
      return admin
          .describeStreamsGroups(
              List.of(group), new DescribeStreamsGroupsOptions().includeAuthorizedOperations(true))
          .all()
          .get()
          .get(group)
          .authorizedOperations();
    }
    return admin
        .describeConsumerGroups(
            List.of(group), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
        .all()
        .get()
        .get(group)
        .authorizedOperations();
  }

  private void transactionalIds(Admin admin, Set<Acl> missing)
      throws ExecutionException, InterruptedException {
    for (Map.Entry<String, List<Acl>> each :
        byName(ResourceType.TRANSACTIONAL_ID, acl -> true).entrySet()) {
      String id = each.getValue().get(0).isPrefix() ? each.getKey() + PROBE : each.getKey();
      try {
        admin.describeTransactions(List.of(id)).all().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          missing.addAll(each.getValue());
        } else if (!isAbsent(e)) {
          throw e;
        }
      }
    }
  }

  /** Brokers that do not tell are believed to allow it. */
  private static boolean lacks(Set<AclOperation> may, AclOperation operation) {
    return may != null && !may.contains(operation) && !may.contains(AclOperation.ALL);
  }

  private Map<String, List<Acl>> byName(ResourceType type, Predicate<Acl> wanted) {
    return acls.stream()
        .filter(acl -> acl.resource().resourceType() == type && wanted.test(acl))
        .collect(
            Collectors.groupingBy(
                acl -> acl.resource().name(), LinkedHashMap::new, Collectors.toList()));
  }
}
