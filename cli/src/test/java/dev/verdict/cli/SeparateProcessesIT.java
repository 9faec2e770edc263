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
import dev.verdict.registry.RegistryReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
  private final Deployment deployment = new Deployment("separate-processes");
  private final Properties kafka = deployment.kafka;
  private final List<SourcedReview> reviews = new ArrayList<>();
  private final ConditionFactory soon = deployment.soon;

  SeparateProcessesIT() {
    Map<String, String> settings = deployment.settings;
    settings.put("bootstrap.examples", String.valueOf(BOOTSTRAP));
    settings.put("retrain.min.examples", "50");
    settings.put("retrain.f1.min", "0");
    settings.put("gate.confidence", "0.5");
    settings.put("scratch.epochs", "8");
    settings.put("scratch.batch.rows", "8");
    settings.put("scratch.learning.rate", "0.001");
    settings.put("scratch.warmup.steps", "10");
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
    deployment.close();
  }

  @Test
  void streamsAppIsKilledAndTheModelSwappedThenEveryReviewHasExactlyOnePrediction()
      throws Exception {
    for (String verb : List.of("trainer", "streams")) {
      deployment.forgetLog(verb);
    }
    deployment.settings.put("checkpoints.dir", folder.resolve("checkpoints").toString());
    deployment.settings.put("state.dir", folder.resolve("state").toString());
    VerdictProcess trainer = deployment.start("trainer");
    VerdictProcess streams = deployment.start("streams");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      soon.until(() -> topicExists(topics.modelRegistry()));

      produce(producer, 0, BOOTSTRAP);
      String first = champion(Optional.empty());
      soon.until(() -> predictions().size() >= BOOTSTRAP / 2);

      produce(producer, BOOTSTRAP, BEFORE_KILL);
      streams.kill();
      assertThat(streams.isAlive()).isFalse();
      VerdictProcess restarted = deployment.start("streams");
      soon.until(() -> predictions().size() >= BEFORE_KILL);

      soon.until(() -> count(topics.trainingExamples()) >= BEFORE_KILL);
      producer
          .send(record(topics.retrainRequests(), "reviews", Map.of("request_id", "by-hand")))
          .get();
      String second = champion(Optional.of(first));
      soon.until(() -> deployment.log("streams").contains("Champion " + second + " serves"));

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
    for (ConsumerRecord<byte[], byte[]> record : deployment.readCommitted(topics.predictions())) {
      predictions.put(
          new String(record.key(), StandardCharsets.UTF_8), read(record, Prediction.class));
    }
    return predictions;
  }

  private Map<String, TrainingRun.State> runStates() {
    Map<String, TrainingRun.State> states = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : deployment.readCommitted(topics.trainingRuns())) {
      TrainingRun run = read(record, TrainingRun.class);
      states.put(run.requestId(), run.state());
    }
    return states;
  }

  private int count(String topic) {
    return deployment.readCommitted(topic).size();
  }

  private boolean topicExists(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = deployment.consumer()) {
      return consumer.listTopics().containsKey(topic);
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
