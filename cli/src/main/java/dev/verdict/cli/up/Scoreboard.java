package dev.verdict.cli.up;

import dev.verdict.config.ClientKind;
import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows Verdict from outside, by its topics alone, as any consumer could. */
final class Scoreboard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scoreboard.class);

  /** Scores kept; at one a second these are hours. */
  private static final int SCORES_KEPT = 20_000;

  private final Topics topics;
  private final String model;
  private final String window;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread = new Thread(this::run, "scoreboard");
  private final Map<String, ModelManifest> manifests = new HashMap<>();
  private final Map<String, Board.Score> byVersion = new HashMap<>();
  private final List<Board.Score> macroF1 = new ArrayList<>();
  private final List<ModelManifest> champions = new ArrayList<>();
  private final List<RetrainRequest> requests = new ArrayList<>();
  private final List<TrainingRun> endedRuns = new ArrayList<>();
  private Optional<TrainingRun> activeRun = Optional.empty();
  private long predictions;
  private long deadLetters;
  private long deadReviews;
  private long labelsMatched;
  private Instant lastChange = Instant.now();
  private volatile boolean closed;

  /**
   * Starts at once.
   *
   * @param window whose macro F1 is shown
   */
  Scoreboard(Properties kafka, Topics topics, String model, String window) {
    this.topics = topics;
    this.model = model;
    this.window = window;
    Properties properties = ClientKind.CONSUMER.of(kafka);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic :
        List.of(
            topics.predictions(),
            topics.deadLetters(),
            topics.evaluations(),
            topics.trainingExamples(),
            topics.retrainRequests(),
            topics.trainingRuns(),
            topics.modelRegistry())) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread.setDaemon(true);
    thread.start();
  }

  synchronized Board board() {
    return new Board(
        predictions,
        deadLetters,
        deadReviews,
        labelsMatched,
        List.copyOf(macroF1),
        champions.isEmpty()
            ? Optional.empty()
            : Optional.ofNullable(byVersion.get(champions.get(champions.size() - 1).version())),
        List.copyOf(champions),
        List.copyOf(requests),
        List.copyOf(endedRuns),
        activeRun,
        lastChange);
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (consumer) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          follow(record);
        }
      }
    } catch (WakeupException e) {
      LOG.debug("Scoreboard closed");
    } catch (RuntimeException e) {
      LOG.error("The topics can no longer be followed", e);
    }
  }

  private synchronized void follow(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    lastChange = Instant.now();
    String topic = record.topic();
    try {
      if (topic.equals(topics.predictions())) {
        predictions++;
      } else if (topic.equals(topics.trainingExamples())) {
        labelsMatched++;
      } else if (topic.equals(topics.deadLetters())) {
        deadLetter(record);
      } else if (topic.equals(topics.evaluations())) {
        scored(Json.read(record.value(), Evaluation.class));
      } else if (topic.equals(topics.retrainRequests())) {
        requests.add(Json.read(record.value(), RetrainRequest.class));
      } else if (topic.equals(topics.trainingRuns())) {
        ran(Json.read(record.value(), TrainingRun.class));
      } else if (topic.equals(topics.modelRegistry())) {
        registered(new String(record.key(), StandardCharsets.UTF_8), record.value());
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("Not shown: {} at offset {}: {}", topic, record.offset(), e.getMessage());
    }
  }

  private void deadLetter(ConsumerRecord<byte[], byte[]> record) {
    deadLetters++;
    Header source = record.headers().lastHeader(DeadLetterHeaders.TOPIC);
    if (source != null
        && new String(source.value(), StandardCharsets.UTF_8).equals(topics.reviews())) {
      deadReviews++;
    }
  }

  private void scored(Evaluation evaluation) {
    if (!evaluation.window().equals(window) || evaluation.segment().isPresent()) {
      return;
    }
    Board.Score score =
        new Board.Score(evaluation.macroF1(), evaluation.labels(), evaluation.latestReview());
    if (evaluation.modelVersion().equals("all")) {
      macroF1.add(score);
      if (macroF1.size() > SCORES_KEPT) {
        macroF1.remove(0);
      }
    } else {
      byVersion.put(evaluation.modelVersion(), score);
    }
  }

  private void ran(TrainingRun run) {
    if (run.state().terminal()) {
      activeRun = Optional.empty();
      endedRuns.add(run);
    } else {
      activeRun = Optional.of(run);
    }
  }

  private void registered(String key, byte[] value) throws IOException {
    if (key.equals(model + "/@champion")) {
      ModelManifest manifest = manifests.get(Json.read(value, RegistryAlias.class).version());
      if (manifest != null) {
        champions.add(manifest);
      }
    } else if (key.startsWith(model + "/v")) {
      ModelManifest manifest = Json.read(value, ModelManifest.class);
      manifests.put(manifest.version(), manifest);
    }
  }
}
