package dev.verdict.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.verdict.checkpoint.StoreLocation;
import dev.verdict.drift.DriftDetectors;
import dev.verdict.evaluation.WindowSpec;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/** Every setting of Verdict, declared once: key, type, default, what is accepted, what it does. */
public final class SettingsDefinition {
  public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

  /** Settings that begin with this are handed to every Kafka client without it. */
  public static final String KAFKA_PREFIX = "kafka.";

  /** Settings of the schema registry begin with this, those of TLS then with {@code ssl.}. */
  public static final String REGISTRY_PREFIX = "schema.registry.";

  /** Settings that begin with this are of the registry's TLS, in Kafka's own names after it. */
  public static final String REGISTRY_TLS_PREFIX = REGISTRY_PREFIX + "ssl.";

  public static final String REVIEWS_FORMAT = "reviews.format";
  public static final String REVIEWS_TEXT_FIELD = "reviews.text.field";
  public static final String LABELS_FORMAT = "labels.format";
  public static final String LABELS_LABEL_FIELD = "labels.label.field";
  public static final String PREDICTIONS_FORMAT = "predictions.format";
  public static final String REGISTRY_URL = "schema.registry.url";
  public static final String REGISTRY_AUTO_REGISTER = "schema.registry.auto.register";
  public static final String REGISTRY_TIMEOUT_MS = "schema.registry.timeout.ms";
  public static final String REGISTRY_BASIC_AUTH = "schema.registry.basic.auth.user.info";
  public static final String REGISTRY_BEARER_TOKEN = "schema.registry.bearer.auth.token";
  public static final String REVIEW_MAX_HEADERS_BYTES = "review.max.headers.bytes";
  public static final String MODEL_NAME = "model.name";
  public static final String MODEL_LABELS = "model.labels";
  public static final String MODEL_MAX_LENGTH = "model.max.length";
  public static final String TOPIC_REVIEWS = "topic.reviews";
  public static final String TOPIC_LABELS = "topic.labels";
  public static final String TOPICS_PREFIX = "topics.prefix";
  public static final String TOPICS_CREATE = "topics.create";
  public static final String TOPICS_PARTITIONS = "topics.partitions";
  public static final String TOPICS_REPLICATION_FACTOR = "topics.replication.factor";
  public static final String DEAD_LETTER_MAX_BYTES = "dead.letter.max.bytes";
  public static final String OUTPUT_MAX_BYTES = "output.max.bytes";
  public static final String CHECKPOINTS_DIR = "checkpoints.dir";
  public static final String CHECKPOINTS_S3_ENDPOINT = "checkpoints.s3.endpoint";
  public static final String CHECKPOINTS_S3_REGION = "checkpoints.s3.region";
  public static final String CHECKPOINTS_S3_PATH_STYLE = "checkpoints.s3.path.style";
  public static final String CHECKPOINTS_S3_TIMEOUT_MS = "checkpoints.s3.timeout.ms";
  public static final String CHECKPOINTS_S3_ATTEMPTS = "checkpoints.s3.attempts";
  public static final String CHECKPOINTS_CACHE_DIR = "checkpoints.cache.dir";
  public static final String CHECKPOINTS_CACHE_MAX_BYTES = "checkpoints.cache.max.bytes";
  public static final String CHECKPOINTS_PATIENCE_MS = "checkpoints.patience.ms";
  public static final String TORCH_THREADS = "torch.threads";
  public static final String HTTP_HOST = "http.host";
  public static final String STREAMS_HTTP_PORT = "streams.http.port";
  public static final String TRAINER_HTTP_PORT = "trainer.http.port";
  public static final String METRICS_EXEMPLARS = "metrics.exemplars";
  public static final String STATUS_PAGE_ENABLED = "status.page.enabled";
  public static final String STATUS_PAGE_LAST_PREDICTIONS = "status.page.last.predictions";
  public static final String STATUS_PAGE_HISTORY_MS = "status.page.history.ms";
  public static final String BATCH_MAX_TOKENS = "batch.max.tokens";
  public static final String BATCH_MAX_ROWS = "batch.max.rows";
  public static final String BATCH_MAX_WAIT_MS = "batch.max.wait.ms";
  public static final String INFERENCE_PRECISION = "inference.precision";
  public static final String INFERENCE_WORKERS = "inference.workers";
  public static final String INFERENCE_CACHE_ROWS = "inference.cache.rows";
  public static final String INFERENCE_QUEUE_ROWS = "inference.queue.rows";
  public static final String INFERENCE_QUEUE_BYTES = "inference.queue.bytes";
  public static final String INFERENCE_TIMEOUT_MS = "inference.timeout.ms";
  public static final String CHALLENGER_SHARE = "challenger.share";
  public static final String CHALLENGER_BUDGET_MS = "challenger.budget.ms";
  public static final String CHALLENGER_QUEUE_ROWS = "challenger.queue.rows";
  public static final String CANARY_SHARE = "canary.share";
  public static final String CHALLENGER_ERROR = "challenger.error";
  public static final String CHALLENGER_MARGIN = "challenger.margin";
  public static final String CHALLENGER_MIN_LABELS = "challenger.min.labels";
  public static final String CHALLENGER_MAX_LABELS = "challenger.max.labels";
  public static final String CHALLENGER_MAX_MS = "challenger.max.ms";
  public static final String CANARY_MS = "canary.ms";
  public static final String CANARY_MIN_LABELS = "canary.min.labels";
  public static final String CANARY_MAX_MS = "canary.max.ms";
  public static final String REVIEW_MAX_TEXT_BYTES = "review.max.text.bytes";
  public static final String REVIEW_MAX_ID_BYTES = "review.max.id.bytes";
  public static final String APPLICATION_ID = "application.id";
  public static final String STATE_DIR = "state.dir";
  public static final String STATE_MEMORY_BYTES = "state.memory.bytes";
  public static final String PROCESSING_GUARANTEE = "processing.guarantee";
  public static final String COMMIT_INTERVAL_MS = "commit.interval.ms";
  public static final String TRANSACTION_TIMEOUT_MS = "transaction.timeout.ms";
  public static final String SESSION_TIMEOUT_MS = "session.timeout.ms";
  public static final String GROUP_PROTOCOL = "group.protocol";
  public static final String NUM_STANDBY_REPLICAS = "num.standby.replicas";
  public static final String NUM_STREAM_THREADS = "num.stream.threads";
  public static final String AUTO_OFFSET_RESET = "auto.offset.reset";
  public static final String EVALUATION_WINDOWS = "evaluation.windows";
  public static final String EVALUATION_GRACE_MS = "evaluation.grace.ms";
  public static final String EVALUATION_SEGMENTS = "evaluation.segments";
  public static final String EVALUATION_SEGMENT_VALUES = "evaluation.segment.values";
  public static final String EVALUATION_INTERVAL_MS = "evaluation.interval.ms";
  public static final String LABELS_RETENTION_MS = "labels.retention.ms";
  public static final String RETRAIN_WINDOW = "retrain.window";
  public static final String RETRAIN_F1_MIN = "retrain.f1.min";
  public static final String RETRAIN_MIN_LABELS = "retrain.min.labels";
  public static final String RETRAIN_COOLDOWN_MS = "retrain.cooldown.ms";
  public static final String RETRAIN_F1_LEAVE = "retrain.f1.leave";
  public static final String RETRAIN_RUNS_PER_DAY = "retrain.runs.per.day";
  public static final String RETRAIN_SCHEDULE_MS = "retrain.schedule.ms";
  public static final String RETRAIN_REQUEST_TIMEOUT_MS = "retrain.request.timeout.ms";
  public static final String RETRAIN_TRIGGERS = "retrain.triggers";
  public static final String DECISIONS_REPEAT_MS = "decisions.repeat.ms";
  public static final String DRIFT_DETECTOR = "drift.detector";
  public static final String DRIFT_ADWIN_DELTA = "drift.adwin.delta";
  public static final String DRIFT_PAGE_HINKLEY_DELTA = "drift.page.hinkley.delta";
  public static final String DRIFT_PAGE_HINKLEY_THRESHOLD = "drift.page.hinkley.threshold";
  public static final String DRIFT_DDM_MIN_LABELS = "drift.ddm.min.labels";
  public static final String DRIFT_DDM_LEVEL = "drift.ddm.level";
  public static final String DRIFT_WINDOW_REVIEWS = "drift.window.reviews";
  public static final String DRIFT_MIN_REVIEWS = "drift.min.reviews";
  public static final String DRIFT_PSI_MODERATE = "drift.psi.moderate";
  public static final String DRIFT_PSI_LARGE = "drift.psi.large";
  public static final String TRAIN_BASE = "train.base";
  public static final String RETRAIN_BASE = "retrain.base";
  public static final String BOOTSTRAP_EXAMPLES = "bootstrap.examples";
  public static final String RETRAIN_MAX_EXAMPLES = "retrain.max.examples";
  public static final String RETRAIN_RECENT_SHARE = "retrain.recent.share";
  public static final String RETRAIN_BASE_DATA = "retrain.base.data";
  public static final String RETRAIN_BASE_EXAMPLES = "retrain.base.examples";
  public static final String RETRAIN_MIN_EXAMPLES = "retrain.min.examples";
  public static final String HOLDOUT_PERCENT = "holdout.percent";
  public static final String VALIDATION_PERCENT = "validation.percent";
  public static final String GATE_EXAMPLES = "gate.examples";
  public static final String GATE_CONFIDENCE = "gate.confidence";
  public static final String GATE_POLICY = "gate.policy";
  public static final String REPORT_WRONG_EXAMPLES = "report.wrong.examples";
  public static final String VOCABULARY_SIZE = "vocabulary.size";
  public static final String VOCABULARY_PIECES = "vocabulary.pieces";
  public static final String TRAIN_STATE_INTERVAL_MS = "train.state.interval.ms";
  public static final String SEED = "seed";

  /** Prefix of the recipe for random weights. */
  public static final String SCRATCH = "scratch.";

  /** Prefix of the recipe for a pretrained base or a parent. */
  public static final String FINE_TUNE = "fine.tune.";

  /** Prefix of the recipe for a language model. */
  public static final String PRETRAIN = "pretrain.";

  public static final String EPOCHS = "epochs";
  public static final String MAX_STEPS = "max.steps";
  public static final String BATCH_ROWS = "batch.rows";
  public static final String BATCH_TOKENS = "batch.tokens";
  public static final String BATCH_ACCUMULATION = "batch.accumulation";
  public static final String LEARNING_RATE = "learning.rate";
  public static final String LAYER_DECAY = "layer.decay";
  public static final String ADAM_BETA1 = "adam.beta1";
  public static final String ADAM_BETA2 = "adam.beta2";
  public static final String ADAM_EPSILON = "adam.epsilon";
  public static final String WEIGHT_DECAY = "weight.decay";
  public static final String WEIGHT_DECAY_ALL = "weight.decay.all";
  public static final String WARMUP_STEPS = "warmup.steps";
  public static final String SCHEDULE = "schedule";
  public static final String EVALUATION_STEPS = "evaluation.steps";
  public static final String DROPOUT = "dropout";
  public static final String ATTENTION_DROPOUT = "attention.dropout";
  public static final String HEAD_DROPOUT = "head.dropout";
  public static final String CONSISTENCY = "consistency";
  public static final String TOKEN_DROPOUT = "token.dropout";
  public static final String LABEL_SMOOTHING = "label.smoothing";
  public static final String CLASS_WEIGHTS = "class.weights";
  public static final String WEIGHT_AVERAGING = "weight.averaging";
  public static final String GRADIENT_CLIPPING = "gradient.clipping";
  public static final String PATIENCE = "patience";
  public static final String SOUP_RUNS = "soup.runs";
  public static final String DISTILLATION_TEACHERS = "distillation.teachers";
  public static final String DISTILLATION_SHARE = "distillation.share";
  public static final String TRANSFER = "transfer";
  public static final String MASKING = "masking";
  public static final String PRETRAIN_VALIDATION_PERCENT = "validation.percent";

  private final ConfigDef definition = new ConfigDef();
  private String group = "";

  private SettingsDefinition() {}

  /** The definition, made anew. */
  public static ConfigDef create() {
    SettingsDefinition settings = new SettingsDefinition();
    settings.kafka();
    settings.formats();
    settings.model();
    settings.streams();
    settings.evaluation();
    settings.trainer();
    settings.recipe(
        SCRATCH, "Recipe for random weights", new Defaults(4, 16, 0, 5e-4, 0.1, 40, "linear", 50));
    settings.classification(SCRATCH);
    settings.recipe(
        FINE_TUNE,
        "Recipe for a pretrained base or a parent",
        new Defaults(2, 8, 0, 5e-5, 0.1, 20, "reduce_on_plateau", 100));
    settings.classification(FINE_TUNE);
    settings.recipe(
        PRETRAIN,
        "Recipe for a language model",
        new Defaults(10, 256, 4096, 1e-3, 0.01, 100, "linear", 500));
    settings.pretraining();
    return settings.definition;
  }

  private void kafka() {
    group = "Kafka";
    add(
        BOOTSTRAP_SERVERS,
        ConfigDef.Type.STRING,
        "localhost:9092",
        new NotBlank(),
        HIGH,
        "Brokers to start from, host:port separated by commas.");
    add(
        TOPIC_REVIEWS,
        ConfigDef.Type.STRING,
        "reviews",
        new TopicName(false),
        HIGH,
        "Topic that the reviews are read from.");
    add(
        TOPIC_LABELS,
        ConfigDef.Type.STRING,
        "labels",
        new TopicName(false),
        HIGH,
        "Topic that the labels are read from.");
    add(
        TOPICS_PREFIX,
        ConfigDef.Type.STRING,
        "",
        new TopicName(true),
        MEDIUM,
        "Put before the name of every topic that Verdict writes, such as \"shop.\".");
    add(
        TOPICS_CREATE,
        ConfigDef.Type.BOOLEAN,
        true,
        null,
        MEDIUM,
        "Whether missing topics are made at start; otherwise a missing topic stops the start.");
    add(
        TOPICS_PARTITIONS,
        ConfigDef.Type.INT,
        8,
        between(1, 1000),
        MEDIUM,
        "Partitions of the topics that Verdict makes and of its internal topic for the join.");
    add(
        TOPICS_REPLICATION_FACTOR,
        ConfigDef.Type.SHORT,
        (short) -1,
        new Replicas(),
        MEDIUM,
        "Replicas of the topics that Verdict makes; -1 for the broker's default.");
    add(
        DEAD_LETTER_MAX_BYTES,
        ConfigDef.Type.INT,
        4 * 1024 * 1024,
        between(1024, 1 << 30),
        LOW,
        "Largest dead letter; must exceed what the brokers accept in reviews and labels.");
    add(
        OUTPUT_MAX_BYTES,
        ConfigDef.Type.INT,
        1_000_000,
        between(1024, 1 << 30),
        LOW,
        "Largest record that Verdict writes to any other topic; a review that needs more is a dead"
            + " letter. Keep it under max.message.bytes of the topics.");
  }

  private void formats() {
    group = "Message formats";
    add(
        REVIEWS_FORMAT,
        ConfigDef.Type.STRING,
        "json",
        in("json", "text", "avro"),
        HIGH,
        "How the values of the reviews are written: json, text (the value is the text) or avro (with"
            + " a schema registry).");
    add(
        REVIEWS_TEXT_FIELD,
        ConfigDef.Type.STRING,
        "text",
        new NotBlank(),
        MEDIUM,
        "Field of a review that holds its text, in JSON or Avro.");
    add(
        LABELS_FORMAT,
        ConfigDef.Type.STRING,
        "json",
        in("json", "text", "avro"),
        HIGH,
        "How the values of the labels are written: json, text (the value is the class) or avro.");
    add(
        LABELS_LABEL_FIELD,
        ConfigDef.Type.STRING,
        "label",
        new NotBlank(),
        MEDIUM,
        "Field of a label that holds its class, in JSON or Avro.");
    add(
        PREDICTIONS_FORMAT,
        ConfigDef.Type.STRING,
        "json",
        in("json", "avro"),
        HIGH,
        "How predictions are written, also the challenger's and those of a replay: json or avro.");
    add(
        REGISTRY_URL,
        ConfigDef.Type.LIST,
        List.of(),
        new Urls(),
        HIGH,
        "Schema registry, needed for avro: the address of its Confluent API, such as"
            + " http://registry:8081, or http://apicurio:8080/apis/ccompat/v7; several separated by"
            + " commas.");
    add(
        REGISTRY_AUTO_REGISTER,
        ConfigDef.Type.BOOLEAN,
        true,
        null,
        MEDIUM,
        "Whether Verdict registers the schemas that it writes with at its start; otherwise one that is"
            + " missing stops the start.");
    add(
        REGISTRY_TIMEOUT_MS,
        ConfigDef.Type.INT,
        20_000,
        between(100, 240_000),
        LOW,
        "Longest wait for the registry, all attempts together, before the work is begun again at the"
            + " last commit; less than transaction.timeout.ms.");
    add(
        REGISTRY_BASIC_AUTH,
        ConfigDef.Type.PASSWORD,
        "",
        null,
        MEDIUM,
        "User and password for the registry, as user:password.");
    add(
        REGISTRY_BEARER_TOKEN,
        ConfigDef.Type.PASSWORD,
        "",
        null,
        MEDIUM,
        "Bearer token for the registry. TLS is set by schema.registry.ssl. and Kafka's own names, such"
            + " as schema.registry.ssl.truststore.location.");
  }

  private void model() {
    group = "Model";
    add(
        MODEL_NAME,
        ConfigDef.Type.STRING,
        "reviews",
        new Name(),
        HIGH,
        "Names the model in the registry, in metrics and in the application id.");
    add(
        MODEL_LABELS,
        ConfigDef.Type.LIST,
        List.of(),
        null,
        HIGH,
        "The classes in the model's order; empty for those that the first training finds.");
    add(
        MODEL_MAX_LENGTH,
        ConfigDef.Type.INT,
        128,
        between(8, 512),
        HIGH,
        "Tokens of a review that the model reads; what is longer is truncated.");
    add(
        CHECKPOINTS_DIR,
        ConfigDef.Type.STRING,
        "verdict-data/checkpoints",
        new Location(),
        HIGH,
        "Where the checkpoints are: a folder shared by the trainer and every streams instance, or a"
            + " part of a bucket of S3, s3://bucket/prefix. Credentials of S3 come from where Amazon's"
            + " SDK looks for them.");
    checkpoints();
    add(
        TORCH_THREADS,
        ConfigDef.Type.INT,
        0,
        between(0, 1024),
        MEDIUM,
        "Threads of one tensor operation; 0 for as many as there are cores.");
    add(
        HTTP_HOST,
        ConfigDef.Type.STRING,
        "0.0.0.0",
        new NotBlank(),
        LOW,
        "Address that the status page, /metrics and /health listen on.");
    add(
        STREAMS_HTTP_PORT,
        ConfigDef.Type.INT,
        8080,
        between(0, 65535),
        MEDIUM,
        "Port of the streams app's status page, /metrics and /health; 0 for any free one.");
    add(
        TRAINER_HTTP_PORT,
        ConfigDef.Type.INT,
        8081,
        between(0, 65535),
        MEDIUM,
        "Port of the trainer's /metrics and /health; 0 for any free one.");
    add(
        METRICS_EXEMPLARS,
        ConfigDef.Type.BOOLEAN,
        false,
        null,
        LOW,
        "Whether metrics name traces that they count, as exemplars of OpenMetrics; needs"
            + " OpenTelemetry's agent.");
    add(
        STATUS_PAGE_ENABLED,
        ConfigDef.Type.BOOLEAN,
        true,
        null,
        LOW,
        "Whether the streams app serves its status page at /; it asks nobody for a password.");
    add(
        STATUS_PAGE_LAST_PREDICTIONS,
        ConfigDef.Type.INT,
        20,
        between(0, 1000),
        LOW,
        "Predictions that the status page shows with their texts, kept in memory; 0 for none, where"
            + " texts are private.");
    add(
        STATUS_PAGE_HISTORY_MS,
        ConfigDef.Type.LONG,
        3_600_000L,
        between(60_000, 86_400_000),
        LOW,
        "Milliseconds of scores that the status page shows; as much is read at its start.");
  }

  private void checkpoints() {
    add(
        CHECKPOINTS_S3_ENDPOINT,
        ConfigDef.Type.STRING,
        "",
        new Endpoint(),
        MEDIUM,
        "Of S3: URL of another server than Amazon's, such as http://minio:9000.");
    add(
        CHECKPOINTS_S3_REGION,
        ConfigDef.Type.STRING,
        "",
        new Region(),
        MEDIUM,
        "Of S3: region of the bucket; empty for the one that Amazon's SDK finds, and us-east-1 where"
            + " checkpoints.s3.endpoint is set and it finds none.");
    add(
        CHECKPOINTS_S3_PATH_STYLE,
        ConfigDef.Type.STRING,
        "auto",
        in("auto", "true", "false"),
        LOW,
        "Of S3: whether the bucket is named in the path of a URL and not in its host; auto for where"
            + " checkpoints.s3.endpoint is set.");
    add(
        CHECKPOINTS_S3_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        20_000L,
        between(100, 600_000),
        LOW,
        "Of S3: longest wait for a connection and for an answer; a transfer may take as much longer"
            + " as 64 KiB/s need.");
    add(
        CHECKPOINTS_S3_ATTEMPTS,
        ConfigDef.Type.INT,
        3,
        between(1, 100),
        LOW,
        "Of S3: attempts at a request that fails for a reason that may pass.");
    add(
        CHECKPOINTS_CACHE_DIR,
        ConfigDef.Type.STRING,
        "verdict-data/checkpoint-cache",
        new NotBlank(),
        MEDIUM,
        "Of S3: folder of this machine for checkpoints that were fetched and those being trained;"
            + " processes may share it.");
    add(
        CHECKPOINTS_CACHE_MAX_BYTES,
        ConfigDef.Type.LONG,
        10L << 30,
        between(1 << 20, 1L << 50),
        MEDIUM,
        "Of S3: bytes of checkpoints in that folder, beyond which those used least recently leave"
            + " it; never one that is in use.");
    add(
        CHECKPOINTS_PATIENCE_MS,
        ConfigDef.Type.LONG,
        600_000L,
        between(0, 86_400_000),
        LOW,
        "Milliseconds that the trainer tries to reach a store that gives no answer, before a run"
            + " fails.");
  }

  private void streams() {
    group = "Streams";
    add(
        BATCH_MAX_TOKENS,
        ConfigDef.Type.INT,
        8192,
        between(16, 1 << 20),
        HIGH,
        "Token budget of a batch: the tokens of its reviews together, nothing is padded. A core"
            + " takes fewer at once, what its caches hold (2,048 of scratch:tiny, 1,024 of scratch:base).");
    add(BATCH_MAX_ROWS, ConfigDef.Type.INT, 256, between(1, 4096), HIGH, "Reviews in a batch.");
    add(
        BATCH_MAX_WAIT_MS,
        ConfigDef.Type.LONG,
        5L,
        between(0, 10_000),
        HIGH,
        "Milliseconds that a review waits for others to fill its batch.");
    add(
        INFERENCE_PRECISION,
        ConfigDef.Type.STRING,
        "float32",
        in("float32", "int8"),
        MEDIUM,
        "How a served model's layers are computed: float32 as trained, or int8, about twice as fast"
            + " on processors with VNNI: weights rounded to 8 bits when it is loaded, what goes in"
            + " rounded for each batch (to 7 bits without VNNI), so a prediction depends a little on"
            + " those beside it.");
    add(
        INFERENCE_WORKERS,
        ConfigDef.Type.INT,
        0,
        between(0, 1024),
        MEDIUM,
        "Batches that are computed side by side, each on one thread; 0 for torch.threads. 1 computes"
            + " one after the other with all threads of torch.threads on each product, which answers"
            + " a lone review sooner and many later.");
    add(
        INFERENCE_CACHE_ROWS,
        ConfigDef.Type.INT,
        4096,
        between(0, 1 << 20),
        MEDIUM,
        "Texts whose scores an instance keeps for when they come again, 8 bytes of heap a token and"
            + " some 300 for each; 0 scores every review anew.");
    add(
        INFERENCE_QUEUE_ROWS,
        ConfigDef.Type.INT,
        4096,
        between(1, 1 << 20),
        MEDIUM,
        "Reviews that may wait for a batch ahead of their processing.");
    add(
        INFERENCE_QUEUE_BYTES,
        ConfigDef.Type.INT,
        64 * 1024 * 1024,
        between(65_536, 1 << 30),
        MEDIUM,
        "Bytes of those reviews' records. An instance's heap holds up to about five times as much"
            + " when every text is as long as it may be; at least review.max.text.bytes.");
    add(
        INFERENCE_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        30_000L,
        between(100, 240_000),
        MEDIUM,
        "Longest wait for a review's prediction before the instance ends; less than"
            + " transaction.timeout.ms.");
    add(
        CHALLENGER_SHARE,
        ConfigDef.Type.INT,
        20,
        between(0, 100),
        MEDIUM,
        "Percent of the review ids, by hash, that a challenger scores in shadow, after the champion.");
    add(
        CHALLENGER_BUDGET_MS,
        ConfigDef.Type.LONG,
        20L,
        between(1, 10_000),
        MEDIUM,
        "Longest that shadow scoring may hold up the champion's next batch, in milliseconds; a review"
            + " that would take the challenger longer is left out.");
    add(
        CHALLENGER_QUEUE_ROWS,
        ConfigDef.Type.INT,
        512,
        between(1, 1 << 20),
        LOW,
        "Reviews that may wait for the challenger; those beyond are left out and counted.");
    add(
        CANARY_SHARE,
        ConfigDef.Type.INT,
        10,
        between(0, 100),
        MEDIUM,
        "Percent of the review ids, by hash, that a champion serves while it is @canary; @previous"
            + " serves the others.");
    add(
        REVIEW_MAX_TEXT_BYTES,
        ConfigDef.Type.INT,
        65_536,
        between(1, 1 << 24),
        MEDIUM,
        "Longest text in UTF-8 bytes; a longer one is a dead letter.");
    add(
        REVIEW_MAX_ID_BYTES,
        ConfigDef.Type.INT,
        1024,
        between(1, 1 << 16),
        LOW,
        "Longest review id in UTF-8 bytes; a longer one is a dead letter.");
    add(
        REVIEW_MAX_HEADERS_BYTES,
        ConfigDef.Type.INT,
        16_384,
        between(0, 1 << 20),
        LOW,
        "Bytes of a review's headers that go on to its prediction; of more only those of its trace"
            + " do.");
    add(
        APPLICATION_ID,
        ConfigDef.Type.STRING,
        "",
        new TopicName(true),
        MEDIUM,
        "Consumer group and prefix of the internal topics; empty for verdict-<topics.prefix><model.name>.");
    add(
        STATE_DIR,
        ConfigDef.Type.STRING,
        "verdict-data/state",
        new NotBlank(),
        MEDIUM,
        "Folder of the local state stores, one for each instance.");
    add(
        STATE_MEMORY_BYTES,
        ConfigDef.Type.LONG,
        32L * 1024 * 1024,
        between(8L * 1024 * 1024, 1L << 36),
        MEDIUM,
        "Native memory that all state stores of an instance share: write buffers about half of it,"
            + " cached blocks the rest. Some 4 MiB for each partition that an instance may have.");
    add(
        PROCESSING_GUARANTEE,
        ConfigDef.Type.STRING,
        "exactly_once_v2",
        in("exactly_once_v2", "at_least_once"),
        HIGH,
        "Whether a review is predicted once for read_committed consumers whatever dies, or perhaps"
            + " again after a crash.");
    add(
        COMMIT_INTERVAL_MS,
        ConfigDef.Type.LONG,
        100L,
        between(1, 60_000),
        MEDIUM,
        "Milliseconds between commits: the latency floor of read_committed consumers.");
    add(
        TRANSACTION_TIMEOUT_MS,
        ConfigDef.Type.INT,
        60_000,
        between(1000, 900_000),
        LOW,
        "Milliseconds after which the broker aborts a silent instance's transaction.");
    add(
        SESSION_TIMEOUT_MS,
        ConfigDef.Type.INT,
        10_000,
        between(1000, 300_000),
        MEDIUM,
        "Milliseconds after which a dead instance's partitions go to the others; a streams group's"
            + " must be within what the brokers allow.");
    add(
        GROUP_PROTOCOL,
        ConfigDef.Type.STRING,
        "classic",
        in("classic", "streams"),
        LOW,
        "How instances share the work: classic, or streams (KIP-1071), which the brokers assign and"
            + " whose session.timeout.ms and num.standby.replicas are set at the brokers at start.");
    add(
        NUM_STANDBY_REPLICAS,
        ConfigDef.Type.INT,
        0,
        between(0, 10),
        MEDIUM,
        "Copies of the join's state on other instances, so that it need not be restored when one"
            + " dies.");
    add(
        NUM_STREAM_THREADS,
        ConfigDef.Type.INT,
        2,
        between(1, 256),
        MEDIUM,
        "Stream threads of an instance.");
    add(
        AUTO_OFFSET_RESET,
        ConfigDef.Type.STRING,
        "earliest",
        in("earliest", "latest"),
        MEDIUM,
        "Where a new deployment begins to read reviews and labels; latest: what is written once its"
            + " streams run, which is after the first champion.");
  }

  private void evaluation() {
    group = "Evaluation";
    add(
        EVALUATION_WINDOWS,
        ConfigDef.Type.LIST,
        List.of("last_1000", "1h"),
        new Windows(),
        HIGH,
        "Windows of the rolling scores: last_<labels>, a rolling span of event time such as 15m, 1h,"
            + " 7d, or windows that stay: 1h_by_1h (tumbling), 24h_by_1h (hopping).");
    add(
        EVALUATION_GRACE_MS,
        ConfigDef.Type.LONG,
        3_600_000L,
        between(0, 31_536_000_000L),
        MEDIUM,
        "How long after its end a tumbling or hopping window still takes labels, in milliseconds of"
            + " event time; later ones are counted as too late.");
    add(
        EVALUATION_SEGMENTS,
        ConfigDef.Type.LIST,
        List.of(),
        new Attributes(),
        MEDIUM,
        "Attributes of reviews whose values have scores of their own, such as line,language.");
    add(
        EVALUATION_SEGMENT_VALUES,
        ConfigDef.Type.INT,
        20,
        between(1, 1000),
        LOW,
        "Values of each such attribute that have scores of their own, the first that occur; all"
            + " others share the segment other.");
    add(
        EVALUATION_INTERVAL_MS,
        ConfigDef.Type.LONG,
        1000L,
        between(100, 3_600_000),
        LOW,
        "Milliseconds between two publications of changed scores.");
    add(
        LABELS_RETENTION_MS,
        ConfigDef.Type.LONG,
        604_800_000L,
        between(60_000, 31_536_000_000L),
        HIGH,
        "How long a prediction waits for its label, and a label for its prediction.");
    add(
        RETRAIN_WINDOW,
        ConfigDef.Type.STRING,
        "last_1000",
        new Windows(),
        HIGH,
        "Window whose macro F1 decides on retraining; one of evaluation.windows.");
    add(
        RETRAIN_F1_MIN,
        ConfigDef.Type.DOUBLE,
        0.80,
        between(0, 1),
        HIGH,
        "Bound of the champion's macro F1: retraining is requested when the whole 95% interval is"
            + " below.");
    add(
        RETRAIN_F1_LEAVE,
        ConfigDef.Type.DOUBLE,
        -1.0,
        new OrNone(between(0, 1)),
        MEDIUM,
        "Bound at or above which the whole interval must be to clear a suspected champion, at least"
            + " retrain.f1.min; -1 for retrain.f1.min.");
    add(
        RETRAIN_MIN_LABELS,
        ConfigDef.Type.INT,
        500,
        atLeast(1),
        HIGH,
        "New labels of the champion that a request needs, since it began to serve or the last run"
            + " ended; the window must hold as many for its F1 to count.");
    add(
        RETRAIN_COOLDOWN_MS,
        ConfigDef.Type.LONG,
        600_000L,
        atLeast(0),
        HIGH,
        "Least time from the end of a run to the next request.");
    add(
        RETRAIN_RUNS_PER_DAY,
        ConfigDef.Type.INT,
        24,
        between(1, 1000),
        MEDIUM,
        "Requests in any 24 hours at most; those made by hand do not count.");
    add(
        RETRAIN_SCHEDULE_MS,
        ConfigDef.Type.LONG,
        0L,
        between(0, 31_536_000_000L),
        MEDIUM,
        "Time between two retrainings by schedule, counted from midnight UTC of 1970-01-01; 0 for"
            + " none. Needs schedule in retrain.triggers.");
    add(
        RETRAIN_REQUEST_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        600_000L,
        between(1000, 86_400_000),
        LOW,
        "Silence of the trainer after which a request counts as unanswered, which is told, and a run"
            + " as interrupted; neither lets another request be made for a day.");
    add(
        RETRAIN_TRIGGERS,
        ConfigDef.Type.LIST,
        List.of("f1", "drift"),
        new Some(List.of("f1", "drift", "schedule")),
        HIGH,
        "What may request retraining; empty for people alone.");
    drift();
    trial();
  }

  private void drift() {
    add(
        DECISIONS_REPEAT_MS,
        ConfigDef.Type.LONG,
        60_000L,
        between(1000, 86_400_000),
        LOW,
        "Milliseconds after which a decision on a new score is written to decisions again though"
            + " neither its kind nor the phase has changed.");
    add(
        DRIFT_DETECTOR,
        ConfigDef.Type.STRING,
        "adwin",
        in(DriftDetectors.names().toArray(String[]::new)),
        MEDIUM,
        "What reads the champion's errors label by label; its alarms request retraining if drift is"
            + " in retrain.triggers.");
    add(
        DRIFT_ADWIN_DELTA,
        ConfigDef.Type.DOUBLE,
        0.002,
        between(1e-9, 0.5),
        LOW,
        "Of adwin: bound of the probability of an alarm without a change; higher is more sensitive.");
    add(
        DRIFT_PAGE_HINKLEY_DELTA,
        ConfigDef.Type.DOUBLE,
        0.02,
        between(0, 1),
        LOW,
        "Of page_hinkley: rise of the error rate that is none.");
    add(
        DRIFT_PAGE_HINKLEY_THRESHOLD,
        ConfigDef.Type.DOUBLE,
        30.0,
        between(0.1, 1_000_000),
        LOW,
        "Of page_hinkley: sum of the errors above their mean that is a drift.");
    add(
        DRIFT_DDM_MIN_LABELS,
        ConfigDef.Type.INT,
        300,
        between(1, 1_000_000),
        LOW,
        "Of ddm: labels before the lowest error rate is taken.");
    add(
        DRIFT_DDM_LEVEL,
        ConfigDef.Type.DOUBLE,
        3.0,
        between(2, 100),
        LOW,
        "Of ddm: standard deviations above the lowest error rate that are a drift; 2 are a warning.");
    add(
        DRIFT_WINDOW_REVIEWS,
        ConfigDef.Type.INT,
        2000,
        between(100, 1_000_000),
        MEDIUM,
        "Newest predictions of a version, of all partitions, that are compared with the version's"
            + " reference and that its F1 is estimated from.");
    add(
        DRIFT_MIN_REVIEWS,
        ConfigDef.Type.INT,
        500,
        between(1, 1_000_000),
        LOW,
        "Fewest predictions, of these and of the reference, that are compared; fewer pass the bounds"
            + " by chance.");
    add(
        DRIFT_PSI_MODERATE,
        ConfigDef.Type.DOUBLE,
        0.1,
        between(0, 100),
        MEDIUM,
        "Population stability index from which a change of inputs or predictions is moderate.");
    add(
        DRIFT_PSI_LARGE,
        ConfigDef.Type.DOUBLE,
        0.25,
        between(0, 100),
        MEDIUM,
        "Population stability index from which it is large, at least drift.psi.moderate.");
  }

  private void trial() {
    add(
        CHALLENGER_ERROR,
        ConfigDef.Type.DOUBLE,
        0.05,
        between(0.0001, 0.5),
        MEDIUM,
        "Highest probability that a challenger that is not better becomes the canary, however often"
            + " its labels are looked at, that one that is not worse is rejected as worse, and that a"
            + " canary that is not worse is rolled back.");
    add(
        CHALLENGER_MARGIN,
        ConfigDef.Type.DOUBLE,
        0.0,
        between(0, 0.5),
        LOW,
        "Macro F1 by which a challenger must be surely worse to be rejected before its limits.");
    add(
        CHALLENGER_MIN_LABELS,
        ConfigDef.Type.LONG,
        200L,
        atLeast(1),
        MEDIUM,
        "Labels of reviews that champion and challenger both scored before anything is decided.");
    add(
        CHALLENGER_MAX_LABELS,
        ConfigDef.Type.LONG,
        10_000L,
        atLeast(1),
        MEDIUM,
        "Such labels after which a challenger that is not shown to be better is rejected.");
    add(
        CHALLENGER_MAX_MS,
        ConfigDef.Type.LONG,
        604_800_000L,
        between(1000, 31_536_000_000L),
        MEDIUM,
        "Milliseconds in shadow after which a challenger that is not shown to be better is rejected.");
    add(
        CANARY_MS,
        ConfigDef.Type.LONG,
        3_600_000L,
        between(0, 31_536_000_000L),
        MEDIUM,
        "Least milliseconds that a canary serves canary.share before it serves all.");
    add(
        CANARY_MIN_LABELS,
        ConfigDef.Type.LONG,
        200L,
        atLeast(0),
        MEDIUM,
        "Labels of reviews that the canary served before it serves all.");
    add(
        CANARY_MAX_MS,
        ConfigDef.Type.LONG,
        86_400_000L,
        between(0, 31_536_000_000L),
        MEDIUM,
        "Milliseconds after which a canary that is not shown to be worse serves all with fewer labels"
            + " too.");
  }

  private void trainer() {
    group = "Trainer";
    add(
        TRAIN_BASE,
        ConfigDef.Type.STRING,
        "scratch:tiny",
        new Base(false),
        HIGH,
        "Where the first champion starts: scratch:tiny, scratch:mini, scratch:small or scratch:base"
            + " (random weights), a folder in Hugging Face's layout, or hf://owner/name[@revision].");
    add(
        RETRAIN_BASE,
        ConfigDef.Type.STRING,
        "champion",
        new Base(true),
        HIGH,
        "Where later versions start: champion, or a base as in train.base.");
    add(
        BOOTSTRAP_EXAMPLES,
        ConfigDef.Type.INT,
        2000,
        between(10, 10_000_000),
        HIGH,
        "Labelled reviews that the first champion is trained on, those held out included.");
    add(
        RETRAIN_MAX_EXAMPLES,
        ConfigDef.Type.INT,
        20_000,
        between(10, 10_000_000),
        HIGH,
        "Labelled reviews that a retraining uses at most.");
    add(
        RETRAIN_RECENT_SHARE,
        ConfigDef.Type.DOUBLE,
        0.5,
        between(0, 1),
        MEDIUM,
        "Share of retrain.max.examples taken from the newest; the rest is drawn from the older.");
    add(
        RETRAIN_BASE_DATA,
        ConfigDef.Type.LIST,
        List.of(),
        null,
        LOW,
        "Labelled files that every retraining learns from too, such as those that train.base was"
            + " trained on; rows of the split validation or test and held-out ids are left out.");
    add(
        RETRAIN_BASE_EXAMPLES,
        ConfigDef.Type.INT,
        2_000,
        atLeast(0),
        LOW,
        "Reviews of retrain.base.data that a retraining uses at most, others each time.");
    add(
        RETRAIN_MIN_EXAMPLES,
        ConfigDef.Type.INT,
        100,
        atLeast(10),
        MEDIUM,
        "Labelled reviews below which a retrain request is skipped.");
    add(
        HOLDOUT_PERCENT,
        ConfigDef.Type.INT,
        20,
        between(1, 90),
        MEDIUM,
        "Share of review ids, by hash, that no version is ever trained on.");
    add(
        VALIDATION_PERCENT,
        ConfigDef.Type.INT,
        20,
        between(1, 90),
        MEDIUM,
        "Share of the trainable examples that chooses the best checkpoint of a run.");
    add(
        GATE_EXAMPLES,
        ConfigDef.Type.INT,
        1000,
        atLeast(10),
        MEDIUM,
        "Newest held-out reviews on which challenger and champion are compared.");
    add(
        GATE_CONFIDENCE,
        ConfigDef.Type.DOUBLE,
        0.9,
        between(0.5, 1),
        MEDIUM,
        "Least probability, by a paired bootstrap on the held-out reviews, that a challenger is better"
            + " than the champion, with which it is published.");
    add(
        GATE_POLICY,
        ConfigDef.Type.STRING,
        "champion",
        in("champion", "challenger"),
        MEDIUM,
        "What a challenger that passes is published as: champion serves at once, challenger is on"
            + " trial and promoted by live labels or an operator.");
    add(
        VOCABULARY_SIZE,
        ConfigDef.Type.INT,
        12_000,
        between(100, 200_000),
        LOW,
        "Entries of the WordPiece vocabulary learned for random weights, at most.");
    add(
        VOCABULARY_PIECES,
        ConfigDef.Type.BOOLEAN,
        true,
        null,
        LOW,
        "Whether a word that is not whole in that vocabulary is read as its pieces, or as unknown: of"
            + " a few thousand texts rare words are only learned by heart.");
    add(
        REPORT_WRONG_EXAMPLES,
        ConfigDef.Type.INT,
        10,
        between(0, 1_000),
        LOW,
        "Held-out reviews, surest wrong answers first, that a version's model card and report quote; 0"
            + " to quote none.");
    add(
        TRAIN_STATE_INTERVAL_MS,
        ConfigDef.Type.LONG,
        60_000L,
        atLeast(0),
        LOW,
        "Least time between two writes of a training's state, from which it goes on after a crash.");
    add(SEED, ConfigDef.Type.LONG, 42L, null, LOW, "Seed of split, order, weights and dropout.");
  }

  /** Where the recipes differ. */
  private record Defaults(
      int epochs,
      int rows,
      int tokens,
      double rate,
      double decay,
      int warmup,
      String schedule,
      int evaluation) {}

  private void recipe(String prefix, String title, Defaults defaults) {
    group = title;
    add(
        prefix + EPOCHS,
        ConfigDef.Type.INT,
        defaults.epochs(),
        between(1, 1000),
        HIGH,
        "Passes over the training texts at most.");
    add(
        prefix + MAX_STEPS,
        ConfigDef.Type.INT,
        0,
        atLeast(0),
        MEDIUM,
        "Steps at most; 0 for as many as the epochs have.");
    add(
        prefix + BATCH_ROWS,
        ConfigDef.Type.INT,
        defaults.rows(),
        between(1, 4096),
        HIGH,
        "Reviews a batch at most.");
    add(
        prefix + BATCH_TOKENS,
        ConfigDef.Type.INT,
        defaults.tokens(),
        atLeast(0),
        MEDIUM,
        "Tokens of a batch at most; 0 for no bound but batch.rows.");
    add(
        prefix + BATCH_ACCUMULATION,
        ConfigDef.Type.INT,
        1,
        between(1, 10_000),
        LOW,
        "Batches whose gradients make one step.");
    add(
        prefix + LEARNING_RATE,
        ConfigDef.Type.DOUBLE,
        defaults.rate(),
        between(1e-8, 1),
        HIGH,
        "Highest learning rate.");
    add(
        prefix + LAYER_DECAY,
        ConfigDef.Type.DOUBLE,
        1.0,
        between(0.01, 1),
        LOW,
        "Factor of the learning rate for each layer away from the output.");
    add(
        prefix + ADAM_BETA1,
        ConfigDef.Type.DOUBLE,
        0.9,
        between(0, 0.9999),
        LOW,
        "AdamW's decay of the gradients' mean.");
    add(
        prefix + ADAM_BETA2,
        ConfigDef.Type.DOUBLE,
        0.999,
        between(0, 0.999999),
        LOW,
        "AdamW's decay of the gradients' square.");
    add(
        prefix + ADAM_EPSILON,
        ConfigDef.Type.DOUBLE,
        1e-8,
        between(1e-12, 1),
        LOW,
        "AdamW's epsilon.");
    add(
        prefix + WEIGHT_DECAY,
        ConfigDef.Type.DOUBLE,
        defaults.decay(),
        between(0, 1),
        MEDIUM,
        "AdamW's weight decay.");
    add(
        prefix + WEIGHT_DECAY_ALL,
        ConfigDef.Type.BOOLEAN,
        false,
        null,
        LOW,
        "Whether biases and LayerNorm weights decay too.");
    add(
        prefix + GRADIENT_CLIPPING,
        ConfigDef.Type.DOUBLE,
        1.0,
        atLeast(0),
        LOW,
        "Largest norm of the whole gradient; 0 for no clipping.");
    add(
        prefix + WARMUP_STEPS,
        ConfigDef.Type.INT,
        defaults.warmup(),
        atLeast(0),
        MEDIUM,
        "Steps over which the learning rate rises.");
    add(
        prefix + SCHEDULE,
        ConfigDef.Type.STRING,
        defaults.schedule(),
        in("linear", "cosine", "constant", "reduce_on_plateau"),
        MEDIUM,
        "What the learning rate does after the warm-up.");
    add(
        prefix + EVALUATION_STEPS,
        ConfigDef.Type.INT,
        defaults.evaluation(),
        atLeast(1),
        MEDIUM,
        "Steps between two validations.");
    add(
        prefix + DROPOUT,
        ConfigDef.Type.DOUBLE,
        0.1,
        between(0, 0.9),
        MEDIUM,
        "Dropout of embeddings and feed-forward.");
  }

  private void classification(String prefix) {
    add(
        prefix + ATTENTION_DROPOUT,
        ConfigDef.Type.DOUBLE,
        0.1,
        between(0, 0.9),
        LOW,
        "Dropout of attention.");
    add(
        prefix + HEAD_DROPOUT,
        ConfigDef.Type.DOUBLE,
        0.2,
        between(0, 0.9),
        LOW,
        "Dropout before the last layer of the head.");
    add(
        prefix + TOKEN_DROPOUT,
        ConfigDef.Type.DOUBLE,
        0.0,
        between(0, 0.9),
        MEDIUM,
        "Share of the words of a training text that are masked, others each time.");
    add(
        prefix + LABEL_SMOOTHING,
        ConfigDef.Type.DOUBLE,
        0.0,
        between(0, 0.9),
        LOW,
        "Share of the target that is spread over all classes.");
    add(
        prefix + CONSISTENCY,
        ConfigDef.Type.DOUBLE,
        0.0,
        between(0, 100),
        MEDIUM,
        "Weight of the divergence between two passes of a text with other dropout (R-Drop); 0 for"
            + " one pass.");
    add(
        prefix + CLASS_WEIGHTS,
        ConfigDef.Type.STRING,
        "none",
        in("none", "balanced"),
        MEDIUM,
        "What a class counts in the loss: all the same, or the rarer the more.");
    add(
        prefix + WEIGHT_AVERAGING,
        ConfigDef.Type.DOUBLE,
        0.0,
        between(0, 0.99999),
        MEDIUM,
        "Decay of a running average of the weights, which is validated and kept; 0 for none.");
    add(
        prefix + SOUP_RUNS,
        ConfigDef.Type.INT,
        1,
        between(1, 100),
        MEDIUM,
        "Runs from the same weights with other orders and dropout; the mean of the weights of those that"
            + " make it better is kept (a greedy model soup); 1 for a single run.");
    add(
        prefix + DISTILLATION_TEACHERS,
        ConfigDef.Type.INT,
        0,
        between(0, 100),
        MEDIUM,
        "Models that are trained first with other seeds, whose mean probabilities the model then"
            + " learns beside the labels; 0 for labels alone.");
    add(
        prefix + DISTILLATION_SHARE,
        ConfigDef.Type.DOUBLE,
        0.8,
        between(0, 1),
        LOW,
        "Share of the target that is the teachers' where there are some; class.weights count for"
            + " the teachers alone.");
    add(
        prefix + PATIENCE,
        ConfigDef.Type.INT,
        0,
        atLeast(0),
        MEDIUM,
        "Validations without a better macro F1 after which training stops; 0 for never.");
    add(
        prefix + TRANSFER,
        ConfigDef.Type.STRING,
        "all",
        in("all", "head", "gradual"),
        MEDIUM,
        "What is trained: all weights, the head alone, or one more layer from the top each epoch.");
  }

  private void pretraining() {
    add(
        PRETRAIN + MASKING,
        ConfigDef.Type.DOUBLE,
        0.15,
        between(0.01, 0.9),
        MEDIUM,
        "Share of the words that the model has to fill in.");
    add(
        PRETRAIN + PRETRAIN_VALIDATION_PERCENT,
        ConfigDef.Type.INT,
        5,
        between(1, 50),
        LOW,
        "Share of the texts that is validated on.");
  }

  private void add(
      String key,
      ConfigDef.Type type,
      Object byDefault,
      Validator accepted,
      Importance importance,
      String documentation) {
    definition.define(
        key,
        type,
        byDefault,
        accepted,
        importance,
        documentation,
        group,
        definition.names().size(),
        ConfigDef.Width.MEDIUM,
        key);
  }

  private static Range between(double least, double most) {
    return new Range(least, most);
  }

  private static Range atLeast(double least) {
    return new Range(least, Double.POSITIVE_INFINITY);
  }

  private static OneOf in(String... values) {
    return new OneOf(List.of(values));
  }

  /** A finite number between two bounds, both included; Kafka's own lets NaN through. */
  private record Range(double least, double most) implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      // ConfigDef validates a value that is no number as null, after it has said so itself.
      if (value instanceof Number number && !contains(number.doubleValue())) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    private boolean contains(double number) {
      return Double.isFinite(number) && number >= least && number <= most;
    }

    @Override
    public String toString() {
      return most == Double.POSITIVE_INFINITY
          ? "at least " + plain(least)
          : plain(least) + " to " + plain(most);
    }

    private static String plain(double bound) {
      return new BigDecimal(String.valueOf(bound)).stripTrailingZeros().toPlainString();
    }
  }

  /** -1 for the default, or a number within bounds. */
  private record OrNone(Range range) implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      if (value instanceof Number number
          && number.doubleValue() != -1
          && !range.contains(number.doubleValue())) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return "-1 or " + range;
    }
  }

  /** Some of several values, each once. */
  private record Some(List<String> values) implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      if (value instanceof List<?> chosen
          && (!values.containsAll(chosen) || Set.copyOf(chosen).size() != chosen.size())) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return "any of " + String.join(", ", values) + ", each once";
    }
  }

  private static final class Replicas implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      if (value instanceof Number number
          && (number.intValue() < -1 || number.intValue() == 0 || number.intValue() > 100)) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return "-1 or 1 to 100";
    }
  }

  private record OneOf(List<String> values) implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      if (!values.contains(String.valueOf(value))) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return String.join(" or ", values);
    }
  }

  /** What Kafka accepts in topic names. */
  private record TopicName(boolean mayBeEmpty) implements Validator {
    private static final int MAX_LENGTH = 200;

    @Override
    public void ensureValid(String key, Object value) {
      String name = String.valueOf(value);
      if (!name.matches("[A-Za-z0-9._-]{0," + MAX_LENGTH + "}")
          || (name.isEmpty() && !mayBeEmpty)
          || name.matches("\\.{1,2}")) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return (mayBeEmpty ? "empty or " : "") + "1 to " + MAX_LENGTH + " letters, digits, . _ -";
    }
  }

  private static final class NotBlank implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      if (String.valueOf(value).isBlank()) {
        throw new ConfigException(key, value, "must not be blank");
      }
    }

    @Override
    public String toString() {
      return "not blank";
    }
  }

  private static final class Location implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      if (String.valueOf(value).isBlank()) {
        throw new ConfigException(key, value, "must be " + this);
      }
      try {
        var unused = StoreLocation.parse(String.valueOf(value));
      } catch (IllegalArgumentException e) {
        throw new ConfigException(key, value, e.getMessage());
      }
    }

    @Override
    public String toString() {
      return StoreLocation.ACCEPTED;
    }
  }

  private static final class Endpoint implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      String text = String.valueOf(value);
      if (!text.isEmpty() && !isUrl(text)) {
        // Without the value: it may hold a password.
        throw new ConfigException("Invalid value for configuration " + key + ": must be " + this);
      }
    }

    private static boolean isUrl(String text) {
      try {
        URI uri = new URI(text);
        return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            && uri.getHost() != null
            && uri.getUserInfo() == null
            && uri.getQuery() == null
            && uri.getFragment() == null;
      } catch (URISyntaxException e) {
        return false;
      }
    }

    @Override
    public String toString() {
      return "empty or http(s)://host[:port] without user and query";
    }
  }

  private static final class Urls implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      for (Object each : (List<?>) value) {
        if (!acceptable(String.valueOf(each))) {
          throw new ConfigException(key, value, "must be " + this);
        }
      }
    }

    private static boolean acceptable(String url) {
      try {
        URI uri = new URI(url);
        return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            && uri.getHost() != null
            && uri.getUserInfo() == null
            && uri.getQuery() == null;
      } catch (URISyntaxException e) {
        return false;
      }
    }

    @Override
    public String toString() {
      return "http:// or https:// addresses without user and query";
    }
  }

  private static final class Region implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      if (!String.valueOf(value).matches("[a-z0-9-]{0,50}")) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return "empty or lower-case letters, digits, hyphens such as eu-central-1";
    }
  }

  private static final class Name implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      // Names a folder of the checkpoints too: neither hidden nor a way out.
      if (!String.valueOf(value).matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return "1 to 100 letters, digits, . _ -, first a letter or digit";
    }
  }

  private static final class Windows implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      List<?> windows = value instanceof List<?> several ? several : List.of(value);
      if (windows.isEmpty() || windows.size() != Set.copyOf(windows).size()) {
        throw new ConfigException(key, value, "must be at least one window, each once: " + this);
      }
      for (Object window : windows) {
        try {
          WindowSpec.parse(String.valueOf(window));
        } catch (IllegalArgumentException e) {
          throw new ConfigException(key, value, "must be " + this);
        }
      }
    }

    @Override
    public String toString() {
      return "last_<labels> (at most 999999), a time such as 30s, 15m, 1h, 7d, or"
          + " <length>_by_<advance> such as 1h_by_1h (at most 60 advances make the length)";
    }
  }

  /** An attribute is part of keys and of the names of segments. */
  private static final class Attributes implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      List<?> names = (List<?>) value;
      boolean fit =
          names.stream().map(String::valueOf).allMatch(name -> name.matches("[^=/\\s]{1,100}"));
      if (!fit || names.size() != Set.copyOf(names).size()) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return "names of attributes without =, / and spaces, each once";
    }
  }

  private record Base(boolean championToo) implements Validator {
    @Override
    public void ensureValid(String key, Object value) {
      String base = String.valueOf(value);
      boolean scratch = base.matches("scratch:(tiny|mini|small|base)");
      if (base.isBlank() || (base.startsWith("scratch:") && !scratch)) {
        throw new ConfigException(key, value, "must be " + this);
      }
      if (base.equals("champion") && !championToo) {
        throw new ConfigException(key, value, "must be " + this);
      }
    }

    @Override
    public String toString() {
      return (championToo ? "champion, " : "")
          + "scratch:tiny, scratch:mini, scratch:small, scratch:base, a folder or"
          + " hf://owner/name[@revision]";
    }
  }
}
