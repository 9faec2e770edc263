package dev.verdict.streams;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.config.Settings;
import dev.verdict.contract.Topics;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.TopicCheck;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.ChampionFollower;
import dev.verdict.streams.inference.CheckpointModel;
import dev.verdict.streams.inference.InferenceStalledException;
import dev.verdict.streams.inference.ModelSlot;
import dev.verdict.streams.inference.Prefetch;
import dev.verdict.streams.inference.PrefetchInterceptor;
import dev.verdict.streams.processing.StreamMeters;
import dev.verdict.streams.processing.VerdictTopology;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kafka Streams application as a service. It waits for the first champion and reads nothing
 * before; then it classifies, evaluates and follows new champions until it is closed.
 */
public final class StreamsService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsService.class);

  private static final long ROCKSDB_BYTES = 96L * 1024 * 1024;
  private static final long ROCKSDB_WRITE_BUFFER_BYTES = 48L * 1024 * 1024;

  /** Threads replaced after errors until the instance gives up and leaves the work to others. */
  private static final int MAX_REPLACED_THREADS = 20;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final Settings settings;
  private final MeterRegistry meters;
  private final StreamsListener listener;
  private final ModelSlot slot = new ModelSlot();
  private final AtomicReference<Optional<String>> notReady =
      new AtomicReference<>(Optional.of("starting"));
  private final AtomicInteger failedThreads = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread starter = new Thread(this::startStreams, "streams-starter");
  private Optional<ChampionFollower> follower = Optional.empty();
  private Optional<Running> running = Optional.empty();
  private Optional<StateFolder> stateFolder = Optional.empty();

  /** What exists from the first champion on. */
  private record Running(
      KafkaStreams streams,
      KafkaStreamsMetrics metrics,
      Batcher batcher,
      BoundedRocksDb.Memory memory) {}

  public StreamsService(Settings settings, MeterRegistry meters, StreamsListener listener) {
    this.settings = settings;
    this.meters = meters;
    this.listener = listener;
  }

  /**
   * Checks the topics and begins to follow the registry; streams start with the first champion.
   *
   * @throws dev.verdict.registry.RefusedStartException if Kafka, a topic, the group or state.dir
   *     cannot be used
   */
  public void start() throws InterruptedException {
    Topics topics = settings.topics();
    stateFolder = Optional.of(StateFolder.lock(settings.stateDir(), settings.applicationId()));
    TopicCheck check = new TopicCheck(settings.kafkaClient(), settings.topicPlan());
    check.ensure();
    check.ensureInternal(settings.applicationId());
    if (settings.streamsGroup()) {
      new StreamsGroup(settings.kafkaClient(), settings.applicationId())
          .configure(
              settings.sessionTimeoutMs(), settings.heartbeatMs(), settings.standbyReplicas());
    }
    notReady.set(Optional.of("no champion is published yet"));
    CheckpointStore store = new CheckpointStore(settings.checkpoints());
    follower =
        Optional.of(
            new ChampionFollower(
                new RegistryReader(
                    settings.kafkaClient(), topics.modelRegistry(), settings.modelName()),
                manifest -> CheckpointModel.load(store, manifest, settings.maxLength()),
                slot,
                listener::championServes,
                this::fail,
                meters));
    starter.setDaemon(true);
    starter.start();
  }

  /** Why reviews are not being classified, or empty when they are. */
  public Optional<String> notReady() {
    return notReady.get();
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
    starter.interrupt();
    join(starter);
    synchronized (this) {
      running.ifPresent(StreamsService::close);
      running = Optional.empty();
    }
    follower.ifPresent(ChampionFollower::close);
    slot.close();
    stateFolder.ifPresent(StateFolder::close);
    ended.countDown();
  }

  private void fail(String reason) {
    notReady.set(Optional.of(reason));
    ended.countDown();
  }

  private static void close(Running running) {
    // Leaving the group hands the partitions over at once instead of after the session timeout.
    running
        .streams()
        .close(
            CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_TIMEOUT));
    running.metrics().close();
    running.batcher().close();
    running.memory().close();
  }

  private void startStreams() {
    try {
      follower.orElseThrow().awaitFirst();
      notReady.set(Optional.of("joining the consumer group"));
      run();
    } catch (InterruptedException e) {
      LOG.debug("Closed before the first champion");
    } catch (RuntimeException e) {
      LOG.error("Kafka Streams could not start: {}", e.getMessage(), e);
      fail("could not start: " + e.getMessage());
    }
  }

  private synchronized void run() {
    RocksDB.loadLibrary();
    LRUCache cache = new LRUCache(ROCKSDB_BYTES);
    BoundedRocksDb.Memory memory =
        new BoundedRocksDb.Memory(cache, new WriteBufferManager(ROCKSDB_WRITE_BUFFER_BYTES, cache));
    Batcher batcher =
        new Batcher(slot, settings.batchLimits(), settings.inferenceQueueRows(), meters);
    Prefetch prefetch =
        new Prefetch(
            settings.topics().reviews(),
            settings.reviewDecoder(),
            batcher,
            settings.inferenceQueueRows());
    KafkaStreams streams =
        new KafkaStreams(topology(batcher, prefetch), properties(prefetch, memory));
    streams.setStateListener((now, before) -> stateChanged(now));
    streams.setUncaughtExceptionHandler(this::threadFailed);
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
    metrics.bindTo(meters);
    streams.start();
    running = Optional.of(new Running(streams, metrics, batcher, memory));
  }

  private Topology topology(Batcher batcher, Prefetch prefetch) {
    return new VerdictTopology(
            new VerdictTopology.Parts(
                settings.modelName(),
                settings.topics(),
                settings.newDeploymentReadsLatest(),
                settings.partitions(),
                settings.reviewDecoder(),
                batcher,
                prefetch,
                settings.inferenceTimeout(),
                settings.outputMaxBytes(),
                settings.deadLetterMaxBytes(),
                settings.modelLabels(),
                settings.labelsRetention(),
                settings.windows(),
                settings.evaluationInterval(),
                settings.retrainPolicy(),
                slot::manifest,
                new StreamMeters(meters)))
        .build(settings.kafkaStreams());
  }

  private Properties properties(Prefetch prefetch, BoundedRocksDb.Memory memory) {
    Properties properties = settings.kafkaStreams();
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
        PrefetchInterceptor.class.getName());
    properties.put(StreamsConfig.mainConsumerPrefix(PrefetchInterceptor.PREFETCH), prefetch);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    properties.put(BoundedRocksDb.MEMORY, memory);
    // Dead letters keep a record whole, so they may be larger than the largest source record.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        settings.deadLetterMaxBytes());
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    return properties;
  }

  private void stateChanged(KafkaStreams.State state) {
    LOG.info("Kafka Streams is {}", state);
    notReady.set(
        state == KafkaStreams.State.RUNNING
            ? Optional.empty()
            : Optional.of("Kafka Streams is " + state));
    if (state == KafkaStreams.State.ERROR || state == KafkaStreams.State.NOT_RUNNING) {
      ended.countDown();
    }
  }

  private StreamThreadExceptionResponse threadFailed(Throwable fault) {
    int failed = failedThreads.incrementAndGet();
    if (stalled(fault) || failed > MAX_REPLACED_THREADS) {
      LOG.error("Stream thread failed ({} so far), the instance ends", failed, fault);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.warn("Stream thread failed ({} so far) and is replaced", failed, fault);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static boolean stalled(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof InferenceStalledException) {
        return true;
      }
    }
    return false;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
