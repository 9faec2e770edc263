package dev.verdict.streams;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.config.Settings;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.contract.Topics;
import dev.verdict.contract.ValueWriter;
import dev.verdict.contract.avro.SchemaRegistryException;
import dev.verdict.drift.F1Explanation;
import dev.verdict.evaluation.ChallengerTrial;
import dev.verdict.registry.PartitionCount;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryView;
import dev.verdict.registry.TopicCheck;
import dev.verdict.registry.access.AccessCheck;
import dev.verdict.registry.access.Acl;
import dev.verdict.registry.access.ServiceRole;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.ChampionFollower;
import dev.verdict.streams.inference.CheckpointModel;
import dev.verdict.streams.inference.InferenceStalledException;
import dev.verdict.streams.inference.ModelSlot;
import dev.verdict.streams.inference.Prefetch;
import dev.verdict.streams.inference.PrefetchInterceptor;
import dev.verdict.streams.inference.Refusal;
import dev.verdict.streams.inference.ScoredReview;
import dev.verdict.streams.processing.ProcessingListener;
import dev.verdict.streams.processing.Rules;
import dev.verdict.streams.processing.SignalRules;
import dev.verdict.streams.processing.StreamMeters;
import dev.verdict.streams.processing.UnforeseenFaults;
import dev.verdict.streams.processing.VerdictTopology;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kafka Streams application as a service. It waits for the first champion and reads nothing
 * before; then it classifies, evaluates and follows new champions until it is closed.
 */
public final class StreamsService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsService.class);

  /**
   * Threads replaced after errors until the instance gives up and leaves the work to others: a
   * broker that restarts costs each thread one or two, a fault of our own fails again within
   * seconds.
   */
  private static final int MAX_REPLACED_THREADS = 20;

  private static final Duration REPLACED_WITHIN = Duration.ofMinutes(10);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final Settings settings;
  private final MeterRegistry meters;
  private final StreamsListener listener;
  private final ProcessingListener processing;
  private final ModelSlot slot = new ModelSlot();
  private final AtomicReference<Optional<String>> notReady =
      new AtomicReference<>(Optional.of("starting"));
  private final FailureRate threadFailures = new FailureRate(MAX_REPLACED_THREADS, REPLACED_WITHIN);
  private final ChampionFollower.Loader loader;
  private final Optional<CheckpointStore> store;
  private final AccessCheck access;

  /** Why the instance ends; whatever Kafka Streams does from then on, this is the reason. */
  private final AtomicReference<Optional<String>> fault = new AtomicReference<>(Optional.empty());

  private final CountDownLatch ended = new CountDownLatch(1);

  /** Down when the instance has begun to work, or will not any more. */
  private final CountDownLatch atWork = new CountDownLatch(1);

  private final Thread starter = new Thread(this::startStreams, "streams-starter");
  private volatile Optional<ChampionFollower> follower = Optional.empty();

  /** For previews, which must not wait for a start or an end that is under way. */
  private volatile Optional<Batcher> scoring = Optional.empty();

  private Optional<Running> running = Optional.empty();
  private Optional<StateFolder> stateFolder = Optional.empty();
  private volatile Optional<PredictionWriters> predictionWriters = Optional.empty();

  /** What writes predictions: the ids of their schemas are known before the first of them. */
  private record PredictionWriters(
      ValueWriter<Prediction> served, ValueWriter<Prediction> shadow) {}

  /** What exists from the first champion on. */
  private record Running(
      KafkaStreams streams,
      KafkaStreamsMetrics metrics,
      Batcher batcher,
      AbandonedTransactions abandoned,
      BoundedRocksDb.Memory memory) {}

  public StreamsService(Settings settings, MeterRegistry meters, StreamsListener listener) {
    this(settings, meters, listener, ProcessingListener.silent());
  }

  /**
   * @param processing told of each prediction and dead letter
   */
  public StreamsService(
      Settings settings,
      MeterRegistry meters,
      StreamsListener listener,
      ProcessingListener processing) {
    this(settings, meters, listener, processing, CheckpointStore.open(settings.checkpoints()));
  }

  private StreamsService(
      Settings settings,
      MeterRegistry meters,
      StreamsListener listener,
      ProcessingListener processing,
      CheckpointStore store) {
    this(
        settings,
        meters,
        listener,
        processing,
        manifest -> CheckpointModel.load(store, manifest, settings.inference()),
        Optional.of(store));
  }

  /**
   * @param loader makes versions ready, in the place of what loads them from the checkpoint store
   */
  public StreamsService(
      Settings settings,
      MeterRegistry meters,
      StreamsListener listener,
      ChampionFollower.Loader loader) {
    this(settings, meters, listener, ProcessingListener.silent(), loader, Optional.empty());
  }

  StreamsService(
      Settings settings,
      MeterRegistry meters,
      StreamsListener listener,
      ProcessingListener processing,
      ChampionFollower.Loader loader) {
    this(settings, meters, listener, processing, loader, Optional.empty());
  }

  private StreamsService(
      Settings settings,
      MeterRegistry meters,
      StreamsListener listener,
      ProcessingListener processing,
      ChampionFollower.Loader loader,
      Optional<CheckpointStore> store) {
    this.processing = processing;
    this.settings = settings;
    this.meters = meters;
    this.listener = listener;
    this.loader = loader;
    this.store = store;
    this.access = new AccessCheck(ServiceRole.STREAMS, settings);
  }

  /**
   * Checks the topics and begins to follow the registry; streams start with the first champion.
   *
   * @throws dev.verdict.registry.RefusedStartException if Kafka, a topic, the group or state.dir
   *     cannot be used, or this user lacks a right
   * @throws SchemaRegistryException if a format is Avro and the schema registry cannot be used
   */
  public void start() throws InterruptedException {
    Topics topics = settings.topics();
    stateFolder = Optional.of(StateFolder.lock(settings.stateDir(), settings.applicationId()));
    access.require();
    TopicCheck check = new TopicCheck(settings.kafkaClient(), settings.topicPlan());
    if (!check.ensure().isEmpty()) {
      access.require();
    }
    check.ensureInternal(settings.applicationId());
    if (settings.streamsGroup()) {
      new StreamsGroup(settings.kafkaClient(), settings.applicationId())
          .configure(
              settings.sessionTimeoutMs(), settings.heartbeatMs(), settings.standbyReplicas());
    }
    settings.formats().check();
    predictionWriters =
        Optional.of(
            new PredictionWriters(
                settings.formats().predictionWriter(topics.predictions()),
                settings.formats().predictionWriter(topics.shadowPredictions())));
    notReady.set(Optional.of("no champion is published yet"));
    follower =
        Optional.of(
            new ChampionFollower(
                new RegistryReader(
                    settings.kafkaClient(), topics.modelRegistry(), settings.modelName()),
                loader,
                slot,
                listener::championServes,
                this::registryLost,
                meters));
    starter.setDaemon(true);
    starter.start();
  }

  /** Why reviews are not being classified, or empty when they are. */
  public Optional<String> notReady() {
    if (fault.get().isPresent()) {
      return fault.get();
    }
    // Before the first champion, a version that was refused explains more than that none serves.
    Optional<String> refusal =
        slot.manifest().isPresent()
            ? Optional.empty()
            : follower.flatMap(ChampionFollower::refusal);
    return refusal.or(notReady::get);
  }

  /** The version that serves; the canary, where one is under way. */
  public Optional<ModelManifest> champion() {
    return slot.manifest();
  }

  /** Versions with a role in the registry that this instance does not serve, and why. */
  public List<Refusal> refusals() {
    return follower.map(ChampionFollower::refusals).orElse(List.of());
  }

  /** The registry as it was last read; empty before the first time. */
  public Optional<RegistryView> registry() {
    return follower.flatMap(ChampionFollower::registry);
  }

  private Set<String> versionsWithRole() {
    return registry().map(view -> view.state().versionsWithRole()).orElse(Set.of());
  }

  /**
   * Classifies a text as a review with a new id would be, by the loaded version that such a one is
   * given to, beside the stream: nothing is written to Kafka.
   *
   * @param timeout longest wait
   * @return empty while no version serves
   * @throws RejectedException if the model cannot score it
   * @throws InferenceStalledException if nothing came within {@code timeout}
   */
  public Optional<ScoredReview> preview(Review review, Duration timeout) throws RejectedException {
    Optional<Batcher> batcher = scoring;
    if (batcher.isEmpty()) {
      return Optional.empty();
    }
    byte[] id = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
    return Optional.of(batcher.get().preview(review, id, timeout));
  }

  /** Waits until the service has ended by itself after errors, or was closed. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Whether the service has ended by itself or was closed. */
  public boolean hasEnded() {
    return ended.getCount() == 0;
  }

  @Override
  public void close() {
    scoring = Optional.empty();
    starter.interrupt();
    join(starter);
    synchronized (this) {
      running.ifPresent(this::close);
      running = Optional.empty();
    }
    follower.ifPresent(ChampionFollower::close);
    slot.close();
    store.ifPresent(CheckpointStore::close);
    stateFolder.ifPresent(StateFolder::close);
    ended.countDown();
  }

  private void fail(String reason) {
    fault.compareAndSet(Optional.empty(), Optional.of(reason));
    ended.countDown();
  }

  private void close(Running running) {
    if (fault.get().isPresent()) {
      // Threads that wait for a model that never answers would hold up the end.
      running.batcher().close();
    }
    // Leaving the group hands the partitions over at once instead of after the session timeout.
    boolean closed =
        running
            .streams()
            .close(
                CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(CLOSE_TIMEOUT));
    running.abandoned().close();
    running.metrics().close();
    running.batcher().close();
    if (closed) {
      running.memory().close();
    } else {
      LOG.warn("Kafka Streams has not ended within {} s", CLOSE_TIMEOUT.toSeconds());
    }
  }

  private void startStreams() {
    try {
      store.ifPresent(StreamsService::warnOfStore);
      follower.orElseThrow().awaitFirst();
      notReady.set(Optional.of("joining the consumer group"));
      run(new PartitionCount(settings.kafkaClient()).of(settings.topics().reviews()));
      atWork.await();
      checkInternalTopics();
    } catch (InterruptedException e) {
      LOG.debug("Closed before it was at work");
    } catch (RuntimeException | LinkageError e) {
      LOG.error("Kafka Streams could not start: {}", e.getMessage(), e);
      fail("could not start: " + e.getMessage());
    }
  }

  /** What the cache has is served all the same, and the rest tried until it can be had. */
  private static void warnOfStore(CheckpointStore store) {
    try {
      store.check(CheckpointStore.Access.READ);
    } catch (IOException e) {
      LOG.warn("{}; versions that are not on this machine cannot be loaded", e.getMessage());
    }
  }

  /** Kafka Streams has made them by now, so that all that may be done with them is known. */
  private void checkInternalTopics() throws InterruptedException {
    List<Acl> lacking =
        access.missing().stream().filter(acl -> acl.need() == Acl.Need.REQUIRED).toList();
    if (!lacking.isEmpty() && fault.get().isEmpty()) {
      String sentence = access.sentence(lacking);
      LOG.error("{}: the instance ends", sentence);
      fail(sentence);
    }
  }

  private void registryLost(Throwable failure) {
    Optional<String> denied = access.explain(failure);
    if (denied.isPresent()) {
      LOG.error("{}: the registry can no longer be followed", denied.get());
    } else {
      LOG.error("The registry can no longer be followed", failure);
    }
    fail(denied.orElse("the registry can no longer be followed: " + failure.getMessage()));
  }

  private synchronized void run(int reviewPartitions) throws InterruptedException {
    RocksDB.loadLibrary();
    BoundedRocksDb.Memory memory = BoundedRocksDb.Memory.of(settings.stateMemoryBytes());
    VerdictMeter.STATE_MEMORY.gauge(meters, memory::used);
    Batcher batcher =
        new Batcher(
            slot,
            settings.batchLimits(),
            settings.inference().workers(),
            settings.trialLimits(),
            settings.inferenceCacheRows(),
            settings.inferenceQueueRows(),
            settings.streamThreads(),
            meters);
    boolean started = false;
    try {
      Prefetch prefetch =
          new Prefetch(
              settings.topics().reviews(),
              settings.reviewDecoder(),
              batcher,
              settings.inferenceQueueRows(),
              settings.inferenceQueueBytes(),
              meters);
      StreamMeters streamMeters = new StreamMeters(meters, this::versionsWithRole);
      Properties properties = properties(reviewPartitions, prefetch, memory, streamMeters);
      KafkaStreams streams =
          new KafkaStreams(
              topology(batcher, prefetch, streamMeters).build(properties),
              properties,
              new StreamsClients());
      streams.setStateListener((now, before) -> stateChanged(now, streams, prefetch));
      streams.setUncaughtExceptionHandler(this::threadFailed);
      KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
      AbandonedTransactions abandoned =
          new AbandonedTransactions(
              settings.kafkaClient(),
              settings.applicationId(),
              settings.streamsGroup(),
              settings.topics().written(),
              settings.transactionTimeout());
      running = Optional.of(new Running(streams, metrics, batcher, abandoned, memory));
      started = true;
      metrics.bindTo(meters);
      abandoned.abortOfEarlierRun(clientId(streams));
      streams.start();
      scoring = Optional.of(batcher);
      abandoned.watch();
    } finally {
      if (!started) {
        batcher.close();
        memory.close();
      }
    }
  }

  /** {@code <application id>-<process id>}, or the user's own {@code client.id}. */
  private static String clientId(KafkaStreams streams) {
    return streams.metrics().keySet().stream()
        .filter(metric -> metric.group().equals("stream-metrics"))
        .map(metric -> metric.tags().get("client-id"))
        .filter(Objects::nonNull)
        .findAny()
        .orElse("");
  }

  private VerdictTopology topology(Batcher batcher, Prefetch prefetch, StreamMeters streamMeters) {
    return new VerdictTopology(
        new VerdictTopology.Parts(
            settings.modelName(),
            settings.topics(),
            settings.newDeploymentReadsLatest(),
            settings.partitions(),
            settings.reviewDecoder(),
            predictionWriters.orElseThrow().served(),
            predictionWriters.orElseThrow().shadow(),
            settings.maxHeadersBytes(),
            batcher,
            prefetch,
            settings.inferenceTimeout(),
            settings.outputMaxBytes(),
            settings.deadLetterMaxBytes(),
            settings.modelLabels(),
            settings.labelsRetention(),
            settings.evaluationPlan(),
            new Rules(
                settings.retrainPolicy(),
                settings.decisionsRepeat(),
                settings.driftDetector(),
                new ChallengerTrial(settings.challengerPolicy())),
            new SignalRules(
                settings.driftWindowReviews(),
                settings.inputDrift(),
                F1Explanation.Rule.USUAL,
                slot::driftReference),
            slot::manifest,
            this::registry,
            this::refusals,
            streamMeters,
            processing));
  }

  private Properties properties(
      int reviewPartitions,
      Prefetch prefetch,
      BoundedRocksDb.Memory memory,
      StreamMeters streamMeters) {
    Properties properties = settings.kafkaStreams(reviewPartitions);
    String interceptors =
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
    properties.put(
        interceptors,
        Stream.of(
                interceptors,
                StreamsConfig.consumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG)
            .map(properties::getProperty)
            .filter(Objects::nonNull)
            .findFirst()
            .map(own -> own + "," + PrefetchInterceptor.class.getName())
            .orElse(PrefetchInterceptor.class.getName()));
    properties.put(StreamsConfig.mainConsumerPrefix(PrefetchInterceptor.PREFETCH), prefetch);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    properties.put(BoundedRocksDb.MEMORY, memory);
    properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, UnforeseenFaults.class);
    // There is no global store; Kafka Streams warns at each start where this is not set.
    properties.put("processing.exception.handler.global.enabled", true);
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, UnforeseenFaults.class);
    properties.put(
        UnforeseenFaults.SETTINGS,
        new UnforeseenFaults.Settings(
            settings.topics().deadLetters(), settings.deadLetterMaxBytes(), streamMeters));
    return properties;
  }

  private void stateChanged(KafkaStreams.State state, KafkaStreams streams, Prefetch prefetch) {
    LOG.info("Kafka Streams is {}", state);
    if (state == KafkaStreams.State.RUNNING) {
      prefetch.retain(assigned(streams));
      atWork.countDown();
    }
    notReady.set(
        state == KafkaStreams.State.RUNNING
            ? Optional.empty()
            : Optional.of("Kafka Streams is " + state));
    if (state == KafkaStreams.State.ERROR || state == KafkaStreams.State.NOT_RUNNING) {
      ended.countDown();
    }
  }

  /** The partitions that the threads of this instance process. */
  private static Set<TopicPartition> assigned(KafkaStreams streams) {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .collect(Collectors.toSet());
  }

  private StreamThreadExceptionResponse threadFailed(Throwable failure) {
    Optional<String> denied = access.explain(failure);
    if (denied.isPresent()) {
      LOG.error("{}: the instance ends", denied.get());
      LOG.debug("Cause", failure);
      fail(denied.get());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Optional<String> waiting = waiting(failure);
    if (waiting.isPresent()) {
      // It has waited for long, and does again, for as long as it takes: no review is given up.
      LOG.warn("Stream thread is replaced: {}", waiting.get());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    boolean tooMany = threadFailures.exceededBy(System.nanoTime());
    int failed = threadFailures.recent();
    Optional<String> lasting = lasting(failure);
    if (lasting.isPresent() || tooMany) {
      LOG.error("Stream thread failed ({} lately), the instance ends", failed, failure);
      fail(lasting.orElse("stream threads keep failing: " + failure.getMessage()));
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.warn("Stream thread failed ({} lately) and is replaced", failed, failure);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** What another system has to answer before the work can go on. */
  private static Optional<String> waiting(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SchemaRegistryException) {
        return Optional.of(cause.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Why the next thread would fail too: the model, or the disk of the state. */
  private static Optional<String> lasting(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InferenceStalledException) {
        return Optional.of(cause.getMessage());
      }
      if (cause instanceof RocksDBException) {
        return Optional.of("state.dir cannot be used: " + cause.getMessage());
      }
    }
    return Optional.empty();
  }

  private static void join(Thread thread) {
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
