package dev.verdict.config;

import static dev.verdict.config.SettingsDefinition.*;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.TrialLimits;
import dev.verdict.checkpoint.CheckpointSettings;
import dev.verdict.checkpoint.StoreLocation;
import dev.verdict.config.TrainerSettings.GatePolicy;
import dev.verdict.config.TrainingRecipe.Batches;
import dev.verdict.config.TrainingRecipe.ClassWeights;
import dev.verdict.config.TrainingRecipe.Distillation;
import dev.verdict.config.TrainingRecipe.Optimizer;
import dev.verdict.config.TrainingRecipe.Regularization;
import dev.verdict.config.TrainingRecipe.Schedule;
import dev.verdict.config.TrainingRecipe.Shape;
import dev.verdict.config.TrainingRecipe.Transfer;
import dev.verdict.contract.MessageFormat;
import dev.verdict.contract.MessageFormats;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.TopicPlan;
import dev.verdict.contract.Topics;
import dev.verdict.contract.avro.RegistryAccess;
import dev.verdict.drift.DetectorConfig;
import dev.verdict.drift.DriftDetectors;
import dev.verdict.drift.InputDrift;
import dev.verdict.evaluation.ChallengerPolicy;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainTrigger;
import dev.verdict.evaluation.WindowSpec;
import dev.verdict.model.InferenceOptions;
import dev.verdict.model.Precision;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;

/** The validated settings of one process; hands plain records to everything else. */
public final class Settings {
  /** Fewer would leave batches empty; together the partitions still fill some. */
  private static final int MIN_RECORDS_AHEAD = 16;

  /** Fewer would make one poll, and so one round of prefetching, too small for a batch. */
  private static final int MIN_POLL_RECORDS = 64;

  /** Kafka's own default. */
  private static final int MAX_FETCH_BYTES = 50 * 1024 * 1024;

  /** An instance hears of a rebalance with a heartbeat, so this bounds how long work lies idle. */
  private static final int HEARTBEAT_MS = 500;

  /** Heartbeats in a session at least, as Kafka advises. */
  private static final int HEARTBEATS = 3;

  private final AbstractConfig config;
  private final Map<String, String> kafka;
  private final Map<String, String> registryTls;
  private final Map<String, String> given;
  private final Set<String> secrets;
  private Optional<MessageFormats> formats = Optional.empty();

  /**
   * @param kafka settings of the Kafka clients, with what they refer to
   * @param registryTls those of the schema registry's TLS, in Kafka's own names
   * @param given all settings as they were written
   * @param secrets keys whose values are never shown
   */
  Settings(
      AbstractConfig config,
      Map<String, String> kafka,
      Map<String, String> registryTls,
      Map<String, String> given,
      Set<String> secrets) {
    this.config = config;
    this.kafka = Map.copyOf(kafka);
    this.registryTls = Map.copyOf(registryTls);
    this.given = Map.copyOf(given);
    this.secrets = Set.copyOf(secrets);
  }

  /**
   * Connection settings, in Kafka's own names. Those of one kind of client have its prefix, see
   * {@link ClientKind}.
   */
  public Properties kafkaClient() {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put(BOOTSTRAP_SERVERS, config.getString(BOOTSTRAP_SERVERS));
    return properties;
  }

  public String modelName() {
    return config.getString(MODEL_NAME);
  }

  /** The classes in the model's order; empty when the first training shall find them. */
  public List<String> modelLabels() {
    return config.getList(MODEL_LABELS);
  }

  public int maxLength() {
    return config.getInt(MODEL_MAX_LENGTH);
  }

  public Topics topics() {
    return new Topics(
        config.getString(TOPIC_REVIEWS),
        config.getString(TOPIC_LABELS),
        config.getString(TOPICS_PREFIX));
  }

  /** What the topics must be at start. */
  public TopicPlan topicPlan() {
    return new TopicPlan(
        topics(),
        partitions(),
        replicationFactor(),
        config.getBoolean(TOPICS_CREATE),
        deadLetterMaxBytes(),
        outputMaxBytes());
  }

  public int partitions() {
    return config.getInt(TOPICS_PARTITIONS);
  }

  public short replicationFactor() {
    return config.getShort(TOPICS_REPLICATION_FACTOR);
  }

  public int deadLetterMaxBytes() {
    return config.getInt(DEAD_LETTER_MAX_BYTES);
  }

  public int outputMaxBytes() {
    return config.getInt(OUTPUT_MAX_BYTES);
  }

  /** Which checkpoint store, and how it is used. */
  public CheckpointSettings checkpoints() {
    String endpoint = config.getString(CHECKPOINTS_S3_ENDPOINT);
    String region = config.getString(CHECKPOINTS_S3_REGION);
    String pathStyle = config.getString(CHECKPOINTS_S3_PATH_STYLE);
    return new CheckpointSettings(
        StoreLocation.parse(config.getString(CHECKPOINTS_DIR)),
        new CheckpointSettings.S3(
            endpoint.isEmpty() ? Optional.empty() : Optional.of(URI.create(endpoint)),
            region.isEmpty() ? Optional.empty() : Optional.of(region),
            pathStyle.equals("auto") ? !endpoint.isEmpty() : Boolean.parseBoolean(pathStyle),
            Duration.ofMillis(config.getLong(CHECKPOINTS_S3_TIMEOUT_MS)),
            config.getInt(CHECKPOINTS_S3_ATTEMPTS)),
        Path.of(config.getString(CHECKPOINTS_CACHE_DIR)),
        config.getLong(CHECKPOINTS_CACHE_MAX_BYTES));
  }

  /** How long the trainer tries to reach a store that gives no answer. */
  public Duration checkpointsPatience() {
    return Duration.ofMillis(config.getLong(CHECKPOINTS_PATIENCE_MS));
  }

  /** Threads of one tensor operation; 0 for as many as there are cores. */
  public int torchThreads() {
    return config.getInt(TORCH_THREADS);
  }

  public String httpHost() {
    return config.getString(HTTP_HOST);
  }

  public int streamsHttpPort() {
    return config.getInt(STREAMS_HTTP_PORT);
  }

  public int trainerHttpPort() {
    return config.getInt(TRAINER_HTTP_PORT);
  }

  /** Whether metrics name traces that they count. */
  public boolean exemplars() {
    return config.getBoolean(METRICS_EXEMPLARS);
  }

  /** What the status page shows, if it is served. */
  public StatusPageSettings statusPage() {
    return new StatusPageSettings(
        config.getBoolean(STATUS_PAGE_ENABLED),
        config.getInt(STATUS_PAGE_LAST_PREDICTIONS),
        Duration.ofMillis(config.getLong(STATUS_PAGE_HISTORY_MS)));
  }

  public BatchLimits batchLimits() {
    return new BatchLimits(
        config.getInt(BATCH_MAX_TOKENS),
        config.getInt(BATCH_MAX_ROWS),
        Duration.ofMillis(config.getLong(BATCH_MAX_WAIT_MS)));
  }

  /** How much a challenger and a canary may do. */
  public TrialLimits trialLimits() {
    return new TrialLimits(
        config.getInt(CANARY_SHARE),
        config.getInt(CHALLENGER_SHARE),
        Duration.ofMillis(config.getLong(CHALLENGER_BUDGET_MS)),
        config.getInt(CHALLENGER_QUEUE_ROWS));
  }

  /** How a served model computes. */
  public InferenceOptions inference() {
    int workers = config.getInt(INFERENCE_WORKERS);
    int cores = torchThreads() > 0 ? torchThreads() : Runtime.getRuntime().availableProcessors();
    return new InferenceOptions(
        maxLength(),
        Precision.valueOf(config.getString(INFERENCE_PRECISION).toUpperCase(Locale.ROOT)),
        workers > 0 ? workers : cores);
  }

  /** Texts whose scores are kept; 0 for none. */
  public int inferenceCacheRows() {
    return config.getInt(INFERENCE_CACHE_ROWS);
  }

  public int inferenceQueueRows() {
    return config.getInt(INFERENCE_QUEUE_ROWS);
  }

  /** Bytes of the reviews' records that may wait for a batch. */
  public int inferenceQueueBytes() {
    return config.getInt(INFERENCE_QUEUE_BYTES);
  }

  public int streamThreads() {
    return config.getInt(NUM_STREAM_THREADS);
  }

  public Duration inferenceTimeout() {
    return Duration.ofMillis(config.getLong(INFERENCE_TIMEOUT_MS));
  }

  /** After which the broker aborts the transaction of a producer that is silent. */
  public Duration transactionTimeout() {
    return Duration.ofMillis(config.getInt(TRANSACTION_TIMEOUT_MS));
  }

  public ReviewDecoder reviewDecoder() {
    return new ReviewDecoder(
        config.getInt(REVIEW_MAX_TEXT_BYTES),
        config.getInt(REVIEW_MAX_ID_BYTES),
        formats().reviews(),
        formats().labels());
  }

  /** Bytes of a review's headers that go on to its prediction. */
  public int maxHeadersBytes() {
    return config.getInt(REVIEW_MAX_HEADERS_BYTES);
  }

  /** What values are read and written by: one for all, since it keeps what it learns of schemas. */
  public synchronized MessageFormats formats() {
    if (formats.isEmpty()) {
      formats = Optional.of(new MessageFormats(formatPlan()));
    }
    return formats.get();
  }

  /** What was chosen of the formats; the registry is there where one of them needs it. */
  MessageFormats.Plan formatPlan() {
    MessageFormat reviews = choice(MessageFormat.class, REVIEWS_FORMAT);
    MessageFormat labels = choice(MessageFormat.class, LABELS_FORMAT);
    MessageFormat predictions = choice(MessageFormat.class, PREDICTIONS_FORMAT);
    return new MessageFormats.Plan(
        reviews,
        labels,
        predictions,
        config.getString(REVIEWS_TEXT_FIELD),
        config.getString(LABELS_LABEL_FIELD),
        List.of(reviews, labels, predictions).contains(MessageFormat.AVRO)
            ? Optional.of(registryAccess())
            : Optional.empty());
  }

  private RegistryAccess registryAccess() {
    return new RegistryAccess(
        config.getList(REGISTRY_URL).stream()
            .map(url -> URI.create(url.replaceAll("/+$", "")))
            .toList(),
        registryAuthorization(),
        RegistryTls.context(registryTls),
        Duration.ofMillis(config.getInt(REGISTRY_TIMEOUT_MS)),
        config.getBoolean(REGISTRY_AUTO_REGISTER));
  }

  private Optional<String> registryAuthorization() {
    String basic = config.getPassword(REGISTRY_BASIC_AUTH).value().strip();
    String bearer = config.getPassword(REGISTRY_BEARER_TOKEN).value().strip();
    if (!bearer.isEmpty()) {
      return Optional.of("Bearer " + bearer);
    }
    return basic.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether the token can be the value of a header. */
  boolean registryTokenUsable() {
    return config.getPassword(REGISTRY_BEARER_TOKEN).value().strip().matches("[\\x21-\\x7e]*");
  }

  /** Whether two ways of saying who asks the schema registry are set. */
  boolean registryAuthorizedTwice() {
    return !config.getPassword(REGISTRY_BASIC_AUTH).value().isEmpty()
        && !config.getPassword(REGISTRY_BEARER_TOKEN).value().isEmpty();
  }

  public String applicationId() {
    String id = config.getString(APPLICATION_ID);
    return id.isEmpty() ? "verdict-" + topics().prefix() + modelName() : id;
  }

  /** Whether the group is Kafka Streams' own (KIP-1071), whose brokers assign the tasks. */
  public boolean streamsGroup() {
    return config.getString(GROUP_PROTOCOL).equals("streams");
  }

  public int sessionTimeoutMs() {
    return config.getInt(SESSION_TIMEOUT_MS);
  }

  public int heartbeatMs() {
    return Math.min(HEARTBEAT_MS, sessionTimeoutMs() / HEARTBEATS);
  }

  public int standbyReplicas() {
    return config.getInt(NUM_STANDBY_REPLICAS);
  }

  /** Whether a new deployment leaves out the reviews and labels that are there already. */
  public boolean newDeploymentReadsLatest() {
    return config.getString(AUTO_OFFSET_RESET).equals("latest");
  }

  public Path stateDir() {
    return Path.of(config.getString(STATE_DIR));
  }

  /** Bytes of native memory that the state stores of an instance share. */
  public long stateMemoryBytes() {
    return config.getLong(STATE_MEMORY_BYTES);
  }

  /**
   * What Kafka Streams itself is started with, in its own names.
   *
   * <p>However many reviews wait in the topic, an instance holds at most, for each partition it
   * owns, {@code buffered.records.per.partition} records, beyond which a partition is paused, and
   * for each thread one poll. By default, with 8 partitions, 2 threads and every text at {@code
   * review.max.text.bytes}, that is (8 × 128 + 2 × 512) × 64 KiB = 128 MiB. To this come the
   * prefetched texts, {@code inference.queue.bytes} as records and up to twice that as strings, and
   * what is fetched but not polled, {@code fetch.max.bytes} for each thread and broker, as it was
   * compressed.
   *
   * @param reviewPartitions of the topic of the reviews as it is, whoever made it
   */
  public Properties kafkaStreams(int reviewPartitions) {
    Properties properties = kafkaClient();
    properties.put("application.id", applicationId());
    for (String key :
        List.of(
            STATE_DIR,
            PROCESSING_GUARANTEE,
            COMMIT_INTERVAL_MS,
            NUM_STREAM_THREADS,
            GROUP_PROTOCOL)) {
      properties.put(key, config.values().get(key));
    }
    // For the internal topics, of which nothing may be left out; the sources have their own.
    properties.put(AUTO_OFFSET_RESET, "earliest");
    // An upgrade finds its state only under the same names: all are given, none are optimised away.
    properties.put("ensure.explicit.internal.resource.naming", true);
    properties.put("topology.optimization", "none");
    // Kafka Streams sets it under exactly-once alone; who writes reviews may abort in either case.
    if (config.getString(PROCESSING_GUARANTEE).equals("at_least_once")) {
      properties.put("consumer.isolation.level", "read_committed");
    }
    // Of a streams group the brokers keep them.
    if (!streamsGroup()) {
      properties.put("main.consumer.session.timeout.ms", sessionTimeoutMs());
      properties.put("main.consumer.heartbeat.interval.ms", heartbeatMs());
      properties.put(NUM_STANDBY_REPLICAS, standbyReplicas());
    }
    properties.put("producer.transaction.timeout.ms", config.getInt(TRANSACTION_TIMEOUT_MS));
    properties.put("replication.factor", (int) replicationFactor());
    // What Kafka Streams queues ahead is what is prefetched: both within the same bounds.
    long bytesAhead =
        inferenceQueueBytes() / ((long) reviewPartitions * reviewDecoder().maxTextBytes());
    int ahead =
        (int)
            Math.max(
                MIN_RECORDS_AHEAD, Math.min(inferenceQueueRows() / reviewPartitions, bytesAhead));
    properties.putIfAbsent("buffered.records.per.partition", ahead);
    // A thread polls again only when it has processed all that it has, so that a poll is what it
    // prefetches at once: it is as much as all threads together may have waiting.
    properties.putIfAbsent(
        "max.poll.records",
        Math.max(
            MIN_POLL_RECORDS,
            Math.min(inferenceQueueRows(), inferenceQueueBytes() / reviewDecoder().maxTextBytes())
                / streamThreads()));
    putUnlessGiven(
        properties,
        "main.consumer.",
        "fetch.max.bytes",
        Math.min(MAX_FETCH_BYTES, inferenceQueueBytes() / streamThreads()));
    putUnlessGiven(properties, "producer.", "compression.type", "lz4");
    // Dead letters keep a record whole, so they may be larger than the largest source record.
    properties.put("producer.max.request.size", deadLetterMaxBytes());
    return properties;
  }

  /** Of the clients that have a prefix, if the user has not set it for them or for more. */
  private static void putUnlessGiven(
      Properties properties, String prefix, String name, Object value) {
    if (Stream.of("", "consumer.", prefix).noneMatch(each -> properties.containsKey(each + name))) {
      properties.put(prefix + name, value);
    }
  }

  public List<WindowSpec> windows() {
    return config.getList(EVALUATION_WINDOWS).stream().map(WindowSpec::parse).toList();
  }

  public EvaluationPlan evaluationPlan() {
    return new EvaluationPlan(
        windows(),
        Duration.ofMillis(config.getLong(EVALUATION_GRACE_MS)),
        config.getList(EVALUATION_SEGMENTS),
        config.getInt(EVALUATION_SEGMENT_VALUES),
        Duration.ofMillis(config.getLong(EVALUATION_INTERVAL_MS)));
  }

  public Duration labelsRetention() {
    return Duration.ofMillis(config.getLong(LABELS_RETENTION_MS));
  }

  public RetrainPolicy retrainPolicy() {
    double least = config.getDouble(RETRAIN_F1_MIN);
    double leave = config.getDouble(RETRAIN_F1_LEAVE);
    return new RetrainPolicy(
        WindowSpec.parse(config.getString(RETRAIN_WINDOW)),
        least,
        leave < 0 ? least : leave,
        config.getInt(RETRAIN_MIN_LABELS),
        Duration.ofMillis(config.getLong(RETRAIN_COOLDOWN_MS)),
        config.getInt(RETRAIN_RUNS_PER_DAY),
        Duration.ofMillis(config.getLong(RETRAIN_SCHEDULE_MS)),
        Duration.ofMillis(config.getLong(RETRAIN_REQUEST_TIMEOUT_MS)),
        config.getList(RETRAIN_TRIGGERS).stream()
            .map(name -> RetrainTrigger.valueOf(name.toUpperCase(Locale.ROOT)))
            .collect(Collectors.toSet()));
  }

  /** What a challenger must show on live labels. */
  public ChallengerPolicy challengerPolicy() {
    return new ChallengerPolicy(
        config.getDouble(CHALLENGER_ERROR),
        config.getDouble(CHALLENGER_MARGIN),
        config.getLong(CHALLENGER_MIN_LABELS),
        config.getLong(CHALLENGER_MAX_LABELS),
        Duration.ofMillis(config.getLong(CHALLENGER_MAX_MS)),
        Duration.ofMillis(config.getLong(CANARY_MS)),
        config.getLong(CANARY_MIN_LABELS),
        Duration.ofMillis(config.getLong(CANARY_MAX_MS)));
  }

  /** After which a decision that has not changed is told again. */
  public Duration decisionsRepeat() {
    return Duration.ofMillis(config.getLong(DECISIONS_REPEAT_MS));
  }

  /** What reads the champion's errors. */
  public DetectorConfig driftDetector() {
    String detector = config.getString(DRIFT_DETECTOR);
    return DriftDetectors.config(
        detector,
        switch (detector) {
          case "adwin" -> Map.of("delta", config.getDouble(DRIFT_ADWIN_DELTA));
          case "page_hinkley" ->
              Map.of(
                  "delta", config.getDouble(DRIFT_PAGE_HINKLEY_DELTA),
                  "threshold", config.getDouble(DRIFT_PAGE_HINKLEY_THRESHOLD));
          default ->
              Map.of(
                  "min_instances",
                  (double) config.getInt(DRIFT_DDM_MIN_LABELS),
                  "drift_level",
                  config.getDouble(DRIFT_DDM_LEVEL));
        });
  }

  /** Newest predictions of a version that tell without labels how it does. */
  public int driftWindowReviews() {
    return config.getInt(DRIFT_WINDOW_REVIEWS);
  }

  /** When reviews and predictions count as unlike the reference. */
  public InputDrift.Rule inputDrift() {
    return new InputDrift.Rule(
        config.getInt(DRIFT_MIN_REVIEWS),
        config.getDouble(DRIFT_PSI_MODERATE),
        config.getDouble(DRIFT_PSI_LARGE),
        InputDrift.Rule.USUAL.smoothing(),
        InputDrift.Rule.USUAL.significance());
  }

  public TrainerSettings trainer() {
    return new TrainerSettings(
        config.getString(TRAIN_BASE),
        config.getString(RETRAIN_BASE),
        recipe(SCRATCH),
        recipe(FINE_TUNE),
        config.getInt(BOOTSTRAP_EXAMPLES),
        config.getInt(RETRAIN_MAX_EXAMPLES),
        config.getDouble(RETRAIN_RECENT_SHARE),
        new BaseData(
            config.getList(RETRAIN_BASE_DATA).stream().map(Path::of).toList(),
            config.getInt(RETRAIN_BASE_EXAMPLES)),
        config.getInt(RETRAIN_MIN_EXAMPLES),
        config.getInt(HOLDOUT_PERCENT),
        config.getInt(VALIDATION_PERCENT),
        config.getInt(GATE_EXAMPLES),
        config.getDouble(GATE_CONFIDENCE),
        choice(GatePolicy.class, GATE_POLICY),
        new VocabularySettings(
            config.getInt(VOCABULARY_SIZE), config.getBoolean(VOCABULARY_PIECES)),
        config.getInt(REPORT_WRONG_EXAMPLES),
        Duration.ofMillis(config.getLong(TRAIN_STATE_INTERVAL_MS)),
        config.getLong(SEED));
  }

  /**
   * Every setting with its value, sorted: printed at start. A value that refers to a file or the
   * environment is shown as it is written. Of the Kafka clients' settings only those are shown that
   * Kafka knows not to be secret.
   */
  public Map<String, String> printable() {
    Map<String, String> values = new TreeMap<>();
    config
        .values()
        .forEach(
            (key, value) -> {
              String written = given.getOrDefault(key, "");
              values.put(
                  key,
                  secrets.contains(key)
                      ? ClientSettings.HIDDEN
                      : References.in(written) ? written : text(value));
            });
    given.forEach(
        (key, written) -> {
          if (key.startsWith(KAFKA_PREFIX)) {
            String name = key.substring(KAFKA_PREFIX.length());
            values.put(
                key,
                !secrets.contains(key)
                        && ClientSettings.isHarmless(name, kafka.getOrDefault(name, written))
                    ? written
                    : ClientSettings.HIDDEN);
          }
        });
    registryTls.keySet().forEach(key -> values.put(REGISTRY_PREFIX + key, ClientSettings.HIDDEN));
    return values;
  }

  /** The same settings with some changed. */
  public Settings with(Map<String, String> changes) {
    Map<String, String> all = new HashMap<>(given);
    all.putAll(changes);
    Set<String> hidden = new HashSet<>(secrets);
    hidden.removeAll(changes.keySet());
    return SettingsLoader.parse(all, hidden);
  }

  /** As it is written in a properties file. */
  private static String text(Object value) {
    if (value instanceof Password secret) {
      return secret.value().isEmpty() ? "" : Password.HIDDEN;
    }
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(value);
  }

  private TrainingRecipe recipe(String prefix) {
    return new TrainingRecipe(
        config.getInt(prefix + EPOCHS),
        config.getInt(prefix + MAX_STEPS),
        batches(prefix),
        optimizer(prefix),
        schedule(prefix),
        new Regularization(
            config.getDouble(prefix + DROPOUT),
            config.getDouble(prefix + ATTENTION_DROPOUT),
            config.getDouble(prefix + HEAD_DROPOUT),
            config.getDouble(prefix + TOKEN_DROPOUT),
            config.getDouble(prefix + LABEL_SMOOTHING),
            config.getDouble(prefix + CONSISTENCY),
            choice(ClassWeights.class, prefix + CLASS_WEIGHTS),
            config.getDouble(prefix + WEIGHT_AVERAGING)),
        config.getInt(prefix + EVALUATION_STEPS),
        config.getInt(prefix + PATIENCE),
        choice(Transfer.class, prefix + TRANSFER),
        config.getInt(prefix + SOUP_RUNS),
        new Distillation(
            config.getInt(prefix + DISTILLATION_TEACHERS),
            config.getDouble(prefix + DISTILLATION_SHARE)));
  }

  /** How a language model learns. */
  public PretrainingRecipe pretraining() {
    return new PretrainingRecipe(
        config.getInt(PRETRAIN + EPOCHS),
        config.getInt(PRETRAIN + MAX_STEPS),
        batches(PRETRAIN),
        optimizer(PRETRAIN),
        schedule(PRETRAIN),
        config.getDouble(PRETRAIN + DROPOUT),
        config.getDouble(PRETRAIN + MASKING),
        config.getInt(PRETRAIN + EVALUATION_STEPS),
        config.getInt(PRETRAIN + PRETRAIN_VALIDATION_PERCENT));
  }

  private Batches batches(String prefix) {
    return new Batches(
        config.getInt(prefix + BATCH_ROWS),
        config.getInt(prefix + BATCH_TOKENS),
        config.getInt(prefix + BATCH_ACCUMULATION));
  }

  private Optimizer optimizer(String prefix) {
    return new Optimizer(
        config.getDouble(prefix + LEARNING_RATE),
        config.getDouble(prefix + LAYER_DECAY),
        config.getDouble(prefix + ADAM_BETA1),
        config.getDouble(prefix + ADAM_BETA2),
        config.getDouble(prefix + ADAM_EPSILON),
        config.getDouble(prefix + WEIGHT_DECAY),
        config.getBoolean(prefix + WEIGHT_DECAY_ALL),
        config.getDouble(prefix + GRADIENT_CLIPPING));
  }

  private Schedule schedule(String prefix) {
    return new Schedule(
        config.getInt(prefix + WARMUP_STEPS), choice(Shape.class, prefix + SCHEDULE));
  }

  private <E extends Enum<E>> E choice(Class<E> type, String key) {
    return Enum.valueOf(type, config.getString(key).toUpperCase(Locale.ROOT));
  }
}
