package dev.verdict.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.Decision;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.Review;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingExample;
import dev.verdict.contract.TrainingRun;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.TopicCheck;
import dev.verdict.trainer.training.Example;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of its own on a shared broker, written and read as users and the streams app do. */
final class Deployment implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** The model is named as the deployment, so that groups and transactions do not meet. */
  final String model;

  final Settings settings;
  final Topics topics;
  final MeterRegistry meters = new SimpleMeterRegistry();
  private final KafkaProducer<byte[], byte[]> producer;

  Deployment(String bootstrapServers, String name, Path checkpoints, Map<String, String> changes)
      throws InterruptedException {
    model = name;
    Map<String, String> all = new HashMap<>();
    all.put("bootstrap.servers", bootstrapServers);
    all.put("topics.prefix", name + ".");
    all.put("topic.reviews", name + ".reviews");
    all.put("topic.labels", name + ".labels");
    all.put("topics.partitions", "2");
    all.put("model.name", name);
    all.put("model.max.length", "32");
    all.put("checkpoints.dir", checkpoints.toString());
    all.put("bootstrap.examples", "120");
    all.put("retrain.min.examples", "50");
    all.put("scratch.epochs", "5");
    all.put("scratch.batch.rows", "8");
    all.put("scratch.learning.rate", "0.001");
    all.put("fine.tune.epochs", "3");
    all.put("fine.tune.batch.rows", "8");
    all.put("fine.tune.learning.rate", "0.001");
    all.put("fine.tune.warmup.steps", "4");
    all.put("fine.tune.schedule", "linear");
    all.putAll(changes);
    settings = SettingsLoader.load(Optional.empty(), Map.of(), all);
    topics = settings.topics();
    new TopicCheck(settings.kafkaClient(), settings.topicPlan()).ensure();
    producer =
        new KafkaProducer<>(
            settings.kafkaClient(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  TrainerService service(TrainerListener listener) {
    return new TrainerService(
        settings,
        new SimpleMeterRegistry(),
        listener,
        reference -> {
          throw new IOException("Cannot fetch " + reference);
        });
  }

  TrainerService service() {
    return new TrainerService(
        settings,
        meters,
        TrainerListener.NONE,
        reference -> {
          throw new IOException("Cannot fetch " + reference);
        });
  }

  void write(String topic, Optional<String> key, byte[] value) {
    Future<RecordMetadata> sent =
        producer.send(
            new ProducerRecord<>(topic, key.map(text -> text.getBytes(UTF_8)).orElse(null), value));
    producer.flush();
    if (!sent.isDone()) {
      throw new IllegalStateException("A flushed record was not sent");
    }
  }

  void writeReviewsAndLabels(List<Example> examples) {
    for (Example example : examples) {
      write(
          topics.reviews(),
          Optional.of(example.id()),
          Json.write(new Review(example.text(), Optional.empty(), Map.of())));
      write(
          topics.labels(),
          Optional.of(example.id()),
          Json.write(new Label(example.label(), Optional.empty(), Optional.empty())));
    }
  }

  void writeTrainingExamples(List<Example> examples) {
    Instant time = Instant.parse("2026-01-01T00:00:00Z");
    for (Example example : examples) {
      time = time.plusSeconds(1);
      write(
          topics.trainingExamples(),
          Optional.of(example.id()),
          Json.write(
              new TrainingExample(
                  example.text(), example.label(), example.label(), "v1", time, time)));
    }
  }

  void request(String json) {
    write(topics.retrainRequests(), Optional.of(model), json.getBytes(UTF_8));
  }

  RegistryState registry() {
    try (RegistryReader reader =
        new RegistryReader(settings.kafkaClient(), topics.modelRegistry(), model)) {
      return reader.readToEnd();
    }
  }

  /** Points an alias to the champion; of a canary, another version serves the other reviews. */
  void hold(String alias, String champion) {
    String other = "v000000-00000000";
    ModelManifest manifest = registry().champion().orElseThrow();
    ModelManifest before =
        new ModelManifest(
            model,
            other,
            0,
            "none",
            "none",
            manifest.labels(),
            "scratch:tiny",
            Optional.empty(),
            "test",
            Map.of(),
            Map.of(),
            Instant.EPOCH);
    put(model + "/" + other, before);
    put(model + "/@previous", new RegistryAlias(other));
    put(model + "/@" + alias, new RegistryAlias(champion));
  }

  private void put(String key, Object value) {
    write(topics.modelRegistry(), Optional.of(key), Json.write(value));
  }

  void awaitChampion() {
    await().atMost(LONG).until(() -> registry().champion().isPresent());
  }

  /** The registry once the run's version is champion; partitions of a transaction show it apart. */
  RegistryState awaitChampionOf(TrainingRun run) {
    return await()
        .atMost(LONG)
        .until(
            this::registry,
            state -> state.champion().map(ModelManifest::version).equals(run.modelVersion()));
  }

  void awaitCommittedRequests(long offset) {
    await().atMost(LONG).until(() -> committedRequests() == offset);
  }

  /** The decisions once there are as many. */
  List<Decision> awaitDecisions(int count) {
    return await()
        .atMost(LONG)
        .until(() -> read(topics.decisions()), records -> records.size() >= count)
        .stream()
        .map(record -> json(record.value(), Decision.class))
        .toList();
  }

  /** The run that ends the n-th time for that request, from 1. */
  TrainingRun awaitEnd(String requestId, int times) {
    return await()
        .atMost(LONG)
        .until(
            () ->
                runs().stream()
                    .filter(run -> run.requestId().equals(requestId) && run.state().terminal())
                    .skip(times - 1L)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Every committed record of the runs, in order. */
  List<TrainingRun> runs() {
    return read(topics.trainingRuns()).stream()
        .map(record -> json(record.value(), TrainingRun.class))
        .toList();
  }

  /** Every committed record of a topic. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicReader reader = new TopicReader(settings.kafkaClient(), topic)) {
      reader.readToEnd(records::add, () -> false);
    }
    return records;
  }

  /** Where the trainer's group stands in the retrain requests. */
  long committedRequests() {
    Properties properties = settings.kafkaClient();
    try (org.apache.kafka.clients.admin.Admin admin =
        org.apache.kafka.clients.admin.Admin.create(properties)) {
      return admin
          .listConsumerGroupOffsets("verdict-trainer-" + topics.prefix() + model)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .filter(entry -> entry.getKey().topic().equals(topics.retrainRequests()))
          .mapToLong(entry -> entry.getValue().offset())
          .sum();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  static <T> T json(byte[] value, Class<T> type) {
    try {
      return Json.read(value, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
