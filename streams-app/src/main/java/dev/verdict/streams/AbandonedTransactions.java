package dev.verdict.streams;

import dev.verdict.config.ClientKind;
import dev.verdict.registry.Brokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Aborts the transactions that nobody will end any more. Until they end, nobody can read past them
 * nor learn the offsets that they were about to commit, so the partitions stand still.
 *
 * <p><b>Of dead instances.</b> The broker alone would end them only after the transaction timeout,
 * which must be long enough for the slowest batch. Kafka Streams names a transaction {@code
 * <application id>-<process id>-<thread>} (KIP-447) and the consumers of a process likewise. A
 * transaction whose process has no member in the group is abandoned: its instance is dead, or has
 * been expelled and cannot commit any more. Fencing it ({@link Admin#fenceProducers}) aborts it at
 * once.
 *
 * <p><b>Hanging ones</b> would never end: a partition holds records of a transaction that its
 * coordinator knows nothing of, since they were written after it was over (KIP-890 tells how; the
 * fault suite met one when a broker was stopped and came back). They are found and ended as {@code
 * kafka-transactions.sh find-hanging} and {@code abort} do (KIP-664), in this application's own
 * topics only.
 */
final class AbandonedTransactions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);

  private static final Duration PERIOD = Duration.ofSeconds(2);

  /** Commits follow each other far faster; only what is older is looked at. */
  private static final Duration LEAST_AGE = Duration.ofSeconds(1);

  /** Looks at every partition, for what is rare. */
  private static final Duration HANGING_PERIOD = Duration.ofSeconds(30);

  /** Transaction timeouts after which no coordinator can still be about to end one. */
  private static final int TIMEOUTS = 2;

  private static final Set<TransactionState> UNDER_WAY =
      Set.of(
          TransactionState.ONGOING,
          TransactionState.PREPARE_COMMIT,
          TransactionState.PREPARE_ABORT,
          TransactionState.PREPARE_EPOCH_FENCE);

  private static final String OF_DEAD =
      "Transactions that dead instances left open, which last until transaction.timeout.ms,";
  private static final String HANGING =
      "Hanging transactions (see kafka-transactions.sh find-hanging), if there are any,";

  private static final String UNREADABLE = "unreadable";

  private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private final Admin admin;
  private final String applicationId;
  private final boolean streamsProtocol;
  private final Set<String> written;
  private final Duration transactionTimeout;
  private final Pattern transactionalId;
  private final Pattern clientId;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "abandoned-transactions");
  private final Map<String, String> complaints = new HashMap<>();
  private long lookedForHanging = System.nanoTime();

  /**
   * @param kafka connection settings
   * @param streamsProtocol whether the group's protocol is {@code streams} rather than {@code
   *     classic}
   * @param written topics that the application writes, its internal ones left out
   * @param transactionTimeout after which the broker ends one by itself
   */
  AbandonedTransactions(
      Properties kafka,
      String applicationId,
      boolean streamsProtocol,
      Collection<String> written,
      Duration transactionTimeout) {
    this.admin = Admin.create(ClientKind.ADMIN.of(kafka));
    this.applicationId = applicationId;
    this.streamsProtocol = streamsProtocol;
    this.written = Set.copyOf(written);
    this.transactionTimeout = transactionTimeout;
    this.transactionalId = Pattern.compile(Pattern.quote(applicationId) + "-(" + UUID + ")-\\d+");
    this.clientId = Pattern.compile(Pattern.quote(applicationId) + "-(" + UUID + ")-.*");
    thread.setDaemon(true);
  }

  /**
   * Aborts what an earlier run of this same process left open, which has ended: its state folder is
   * now this one's. To be called before Kafka Streams starts.
   *
   * @param streamsClientId {@code <application id>-<process id>}, as Kafka Streams names its client
   */
  void abortOfEarlierRun(String streamsClientId) throws InterruptedException {
    Matcher process = clientId.matcher(streamsClientId + "-");
    if (process.matches()) {
      attempt(
          OF_DEAD,
          () ->
              abort(
                  open(Duration.ZERO).stream()
                      .filter(id -> processOf(id).equals(Optional.of(process.group(1))))
                      .toList()));
    }
  }

  /** Looks every few seconds from now on. */
  void watch() {
    thread.start();
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    admin.close(Duration.ofSeconds(5));
  }

  private void run() {
    try {
      while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        attempt(OF_DEAD, this::abortAbandoned);
        if (System.nanoTime() - lookedForHanging > HANGING_PERIOD.toNanos()) {
          lookedForHanging = System.nanoTime();
          attempt(HANGING, () -> abortHanging(System.currentTimeMillis()));
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("No longer looking for abandoned transactions");
    }
  }

  /** What the broker is asked to do. */
  @FunctionalInterface
  private interface Request {
    void send() throws ExecutionException, InterruptedException;
  }

  /** A broker that is away or refuses is asked again; it is said once for each reason. */
  private void attempt(String what, Request request) throws InterruptedException {
    try {
      request.send();
      complaints.remove(what);
    } catch (ExecutionException | RuntimeException e) {
      String reason = Brokers.reason(e);
      if (!reason.equals(complaints.put(what, reason))) {
        LOG.warn("{} cannot be aborted for {}: {}", what, applicationId, reason);
      }
    }
  }

  private void abortAbandoned() throws ExecutionException, InterruptedException {
    List<String> open = open(LEAST_AGE);
    if (open.isEmpty()) {
      return;
    }
    Optional<Set<String>> living = livingProcesses();
    if (living.isPresent()) {
      abort(
          open.stream().filter(id -> !living.get().contains(processOf(id).orElseThrow())).toList());
    }
  }

  /** What is open on a partition for long, and by its coordinator not under way. */
  void abortHanging(long now) throws ExecutionException, InterruptedException {
    List<AbortTransactionSpec> suspects = openForLong(now);
    if (suspects.isEmpty()) {
      return;
    }
    Map<Long, TransactionListing> known = new HashMap<>();
    for (TransactionListing each :
        admin
            .listTransactions(
                new ListTransactionsOptions()
                    .filterProducerIds(
                        suspects.stream().map(AbortTransactionSpec::producerId).toList()))
            .all()
            .get()) {
      known.put(each.producerId(), each);
    }
    // One that ended between the two looks was none.
    suspects.retainAll(openForLong(now));
    for (AbortTransactionSpec suspect : suspects) {
      TransactionListing owner = known.get(suspect.producerId());
      if (owner != null
          && processOf(owner.transactionalId()).isPresent()
          && !UNDER_WAY.contains(owner.state())) {
        admin.abortTransaction(suspect).all().get();
        LOG.warn(
            "Aborted a hanging transaction of {} on {}, which its coordinator knows as {}",
            owner.transactionalId(),
            suspect.topicPartition(),
            owner.state());
      }
    }
  }

  private List<AbortTransactionSpec> openForLong(long now)
      throws ExecutionException, InterruptedException {
    long before = now - TIMEOUTS * transactionTimeout.toMillis();
    List<AbortTransactionSpec> open = new ArrayList<>();
    admin
        .describeProducers(readablePartitions())
        .all()
        .get()
        .forEach(
            (partition, state) ->
                state.activeProducers().stream()
                    .filter(each -> each.currentTransactionStartOffset().isPresent())
                    .filter(each -> each.lastTimestamp() < before)
                    .map(
                        each ->
                            new AbortTransactionSpec(
                                partition,
                                each.producerId(),
                                (short) each.producerEpoch(),
                                each.coordinatorEpoch().orElse(0)))
                    .forEach(open::add));
    return open;
  }

  private void tellUnreadable(Set<String> topics) {
    String names = String.join(", ", topics);
    if (!names.equals(complaints.put(UNREADABLE, names)) && !topics.isEmpty()) {
      LOG.info("Hanging transactions are not looked for in {}, which takes the right Read", names);
    }
  }

  /** Of its own topics; Kafka's client prints an error for each that may not be asked about. */
  private List<TopicPartition> readablePartitions()
      throws ExecutionException, InterruptedException {
    List<String> topics =
        admin.listTopics().names().get().stream()
            .filter(name -> written.contains(name) || name.startsWith(applicationId + "-"))
            .toList();
    List<TopicPartition> partitions = new ArrayList<>();
    Set<String> unreadable = new TreeSet<>();
    admin
        .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
        .allTopicNames()
        .get()
        .forEach(
            (name, topic) -> {
              Set<AclOperation> may = topic.authorizedOperations();
              if (may != null && !may.contains(AclOperation.READ)) {
                unreadable.add(name);
              } else {
                topic
                    .partitions()
                    .forEach(each -> partitions.add(new TopicPartition(name, each.partition())));
              }
            });
    tellUnreadable(unreadable);
    return partitions;
  }

  private List<String> open(Duration atLeast) throws ExecutionException, InterruptedException {
    List<String> ids = new ArrayList<>();
    for (TransactionListing each :
        admin
            .listTransactions(
                new ListTransactionsOptions()
                    .filterStates(List.of(TransactionState.ONGOING))
                    .filterOnDuration(atLeast.toMillis()))
            .all()
            .get()) {
      if (processOf(each.transactionalId()).isPresent()) {
        ids.add(each.transactionalId());
      }
    }
    return ids;
  }

  private Optional<String> processOf(String id) {
    Matcher matcher = transactionalId.matcher(id);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Empty when a member cannot be told apart, as with a {@code client.id} of the user's own. */
  private Optional<Set<String>> livingProcesses() throws ExecutionException, InterruptedException {
    Set<String> processes = new HashSet<>();
    for (String member : members()) {
      Matcher matcher = clientId.matcher(member);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      processes.add(matcher.group(1));
    }
    return Optional.of(processes);
  }

  private Collection<String> members() throws ExecutionException, InterruptedException {
    try {
      if (streamsProtocol) {
        StreamsGroupDescription group =
            admin.describeStreamsGroups(List.of(applicationId)).all().get().get(applicationId);
        return group.members().stream().map(StreamsGroupMemberDescription::clientId).toList();
      }
      ConsumerGroupDescription group =
          admin.describeConsumerGroups(List.of(applicationId)).all().get().get(applicationId);
      return group.members().stream().map(MemberDescription::clientId).toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw e;
    }
  }

  private void abort(List<String> abandoned) throws ExecutionException, InterruptedException {
    if (!abandoned.isEmpty()) {
      admin.fenceProducers(abandoned).all().get();
      LOG.info("Aborted transactions that dead instances left open: {}", abandoned);
    }
  }
}
