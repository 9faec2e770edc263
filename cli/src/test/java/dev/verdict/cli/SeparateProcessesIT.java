package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.cli.source.SyntheticReviews;
import dev.verdict.cli.up.Audit;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.Review;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingRun;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.registry.RegistryReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole loop as it is deployed: a broker, the trainer and the streams app, each by itself. */
class SeparateProcessesIT {
  private static final int BOOTSTRAP = 240;
  private static final int BEFORE_KILL = 400;
  private static final int REVIEWS = 500;

  @TempDir private Path folder;

  private final Topics topics = new Topics("reviews", "labels", "");
  private final TestBroker broker = TestBroker.start();
  private final Properties kafka = new Properties();
  private final Map<String, String> settings = new HashMap<>();
  private final List<VerdictProcess> processes = new ArrayList<>();
  private final List<SourcedReview> reviews = new ArrayList<>();
  private final ConditionFactory soon =
      Awaitility.await()
          .atMost(Duration.ofMinutes(4))
          .pollInterval(Duration.ofMillis(500))
          .failFast(this::checkAlive);

  SeparateProcessesIT() {
    kafka.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("topics.replication.factor", "1");
    settings.put("http.host", "127.0.0.1");
    settings.put("streams.http.port", "0");
    settings.put("trainer.http.port", "0");
    settings.put("session.timeout.ms", "6000");
    settings.put("bootstrap.examples", String.valueOf(BOOTSTRAP));
    settings.put("retrain.min.examples", "50");
    settings.put("retrain.f1.min", "0");
    settings.put("scratch.epochs", "3");
    settings.put("scratch.batch.rows", "16");
    settings.put("fine.tune.epochs", "12");
    settings.put("fine.tune.batch.rows", "16");
    settings.put("fine.tune.learning.rate", "0.0005");
    settings.put("fine.tune.evaluation.steps", "20");
    try (SyntheticReviews source = SyntheticReviews.stream(7, REVIEWS, 0)) {
      source.forEachRemaining(reviews::add);
    }
  }

  @AfterEach
  void stop() {
    processes.forEach(VerdictProcess::close);
    broker.close();
  }

  @Test
  void streamsAppIsKilledAndTheModelSwappedThenEveryReviewHasExactlyOnePrediction()
      throws Exception {
    for (String verb : List.of("trainer", "streams")) {
      Files.deleteIfExists(logFile(verb));
    }
    settings.put("checkpoints.dir", folder.resolve("checkpoints").toString());
    settings.put("state.dir", folder.resolve("state").toString());
    VerdictProcess trainer = start("trainer");
    VerdictProcess streams = start("streams");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      soon.until(() -> topicExists(topics.modelRegistry()));

      produce(producer, 0, BOOTSTRAP);
      String first = champion(Optional.empty());
      soon.until(() -> predictions().size() >= BOOTSTRAP / 2);

      produce(producer, BOOTSTRAP, BEFORE_KILL);
      streams.kill();
      assertThat(streams.isAlive()).isFalse();
      VerdictProcess restarted = start("streams");
      soon.until(() -> predictions().size() >= BEFORE_KILL);

      soon.until(() -> count(topics.trainingExamples()) >= BEFORE_KILL);
      producer
          .send(record(topics.retrainRequests(), "reviews", Map.of("request_id", "by-hand")))
          .get();
      String second = champion(Optional.of(first));
      soon.until(() -> log("streams").contains("Champion " + second + " serves"));

      produce(producer, BEFORE_KILL, REVIEWS);
      soon.until(() -> predictions().size() >= REVIEWS);
      soon.until(() -> count(topics.trainingExamples()) >= REVIEWS);

      Audit audit = Audit.of(kafka, topics);
      assertThat(audit.reviews()).isEqualTo(REVIEWS);
      assertThat(audit.predictions()).isEqualTo(REVIEWS);
      assertThat(audit.deadLetters()).isZero();
      assertThat(audit.exact()).isTrue();
      assertThat(count(topics.trainingExamples())).isEqualTo(REVIEWS);
      Set<String> versions = new HashSet<>();
      Map<String, Prediction> predictions = predictions();
      predictions.values().forEach(prediction -> versions.add(prediction.modelVersion()));
      assertThat(versions).containsExactlyInAnyOrder(first, second);
      for (int i = BEFORE_KILL; i < REVIEWS; i++) {
        assertThat(predictions.get(reviews.get(i).id()).modelVersion()).isEqualTo(second);
      }
      assertThat(runStates()).containsEntry("by-hand", TrainingRun.State.PUBLISHED);

      assertThat(restarted.stop()).isIn(0, 143);
      assertThat(trainer.stop()).isIn(0, 143);
    }
  }

  private VerdictProcess start(String verb) throws IOException {
    VerdictProcess process = VerdictProcess.start(logFile(verb), List.of(verb), settings);
    processes.add(process);
    return process;
  }

  private void produce(Producer<byte[], byte[]> producer, int from, int to) throws Exception {
    for (SourcedReview review : reviews.subList(from, to)) {
      producer
          .send(
              record(
                  topics.reviews(),
                  review.id(),
                  new Review(review.text(), Optional.empty(), Map.of())))
          .get();
      producer
          .send(
              record(
                  topics.labels(),
                  review.id(),
                  new Label(review.label(), Optional.empty(), Optional.empty())))
          .get();
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, Object value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), Json.write(value));
  }

  /** Waits for a champion other than {@code before}; its version. */
  private String champion(Optional<String> before) {
    try (RegistryReader registry = new RegistryReader(kafka, topics.modelRegistry(), "reviews")) {
      return soon.until(
              () -> registry.readToEnd().champion().map(ModelManifest::version),
              version -> version.isPresent() && !version.equals(before))
          .orElseThrow();
    }
  }

  private Map<String, Prediction> predictions() {
    Map<String, Prediction> predictions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : readCommitted(topics.predictions())) {
      predictions.put(
          new String(record.key(), StandardCharsets.UTF_8), read(record, Prediction.class));
    }
    return predictions;
  }

  private Map<String, TrainingRun.State> runStates() {
    Map<String, TrainingRun.State> states = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : readCommitted(topics.trainingRuns())) {
      TrainingRun run = read(record, TrainingRun.class);
      states.put(run.requestId(), run.state());
    }
    return states;
  }

  private int count(String topic) {
    return readCommitted(topic).size();
  }

  private boolean topicExists(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.listTopics().containsKey(topic);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put("isolation.level", "read_committed");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private String log(String verb) {
    try {
      return Files.readString(logFile(verb));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Outlives the test, so that a failure can be understood. */
  private static Path logFile(String verb) {
    return Path.of("target", "separate-processes-" + verb + ".log");
  }

  private void checkAlive() {
    for (VerdictProcess process : processes) {
      assertThat(process.isAlive() || process.wasKilled())
          .as("a process has ended, see target/separate-processes-*.log")
          .isTrue();
    }
  }

  private static <T> T read(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    try {
      return Json.read(record.value(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
