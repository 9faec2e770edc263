package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Topics;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.registry.TopicCreator;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of its own on a shared broker, written and read as users and the trainer do. */
final class Deployment implements AutoCloseable {
  static final List<String> LABELS = List.of("negative", "positive");

  final Settings settings;
  final Topics topics;
  final KafkaProducer<byte[], byte[]> producer;

  Deployment(String bootstrapServers, String name, Path folder, Map<String, String> changes)
      throws InterruptedException {
    Map<String, String> all = new HashMap<>();
    all.put("bootstrap.servers", bootstrapServers);
    all.put("topics.prefix", name + ".");
    all.put("topic.reviews", name + ".reviews");
    all.put("topic.labels", name + ".labels");
    all.put("topics.partitions", "4");
    all.put("topics.replication.factor", "1");
    all.put("state.dir", folder.resolve("state").toString());
    all.put("checkpoints.dir", folder.resolve("checkpoints").toString());
    all.putAll(changes);
    settings = SettingsLoader.load(Optional.empty(), Map.of(), all);
    topics = settings.topics();
    new TopicCreator(settings.kafkaClient(), (short) 1)
        .ensure(topics.specifications(settings.partitions(), settings.deadLetterMaxBytes()), true);
    Properties properties = settings.kafkaClient();
    properties.put("max.request.size", settings.deadLetterMaxBytes());
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Publishes a checkpoint of random weights, small enough to be quick. */
  void publishTinyModel(List<String> texts) throws IOException {
    List<String> vocabulary = new WordPieceTrainer(300).train(texts);
    DistilBertConfig config =
        new DistilBertConfig(
            vocabulary.size(), 64, false, 1, 2, 32, 64, 0.1, 0.1, 0.2, 0.02, 0, LABELS);
    CheckpointStore store = CheckpointStore.open(settings.checkpoints());
    Path staged = store.stage("reviews");
    TokenizerFiles.write(staged, vocabulary, 64);
    try (TrainableClassifier model = TrainableClassifier.random(config, 7)) {
      model.save(staged);
    }
    StoredCheckpoint stored = store.commit(staged, settings.modelName(), 1);
    publish(manifest(stored.version(), stored.path(), stored.manifestSha256()));
  }

  /** Publishes a version that only a loader of the test's own can load. */
  void publish(String version) {
    publish(manifest(version, "none/" + version, "0".repeat(64)));
  }

  /** Publishes a version, as the one above, that waits as the challenger. */
  void challenge(String version, List<String> labels) {
    change(RegistryRecords.challenge(topics.modelRegistry(), manifest(version, labels)));
  }

  /** Writes records of the registry. */
  void change(List<ProducerRecord<byte[], byte[]>> records) {
    for (ProducerRecord<byte[], byte[]> record : records) {
      var unused = producer.send(record);
    }
    producer.flush();
  }

  private void publish(ModelManifest manifest) {
    change(RegistryRecords.publish(topics.modelRegistry(), manifest, Optional.empty()));
  }

  /** Of a version that only a loader of the test's own can load. */
  ModelManifest manifest(String version, List<String> labels) {
    return manifest(version, "none/" + version, "0".repeat(64), labels);
  }

  private ModelManifest manifest(String version, String path, String sha256) {
    return manifest(version, path, sha256, LABELS);
  }

  private ModelManifest manifest(String version, String path, String sha256, List<String> labels) {
    return new ModelManifest(
        settings.modelName(),
        version,
        1,
        path,
        sha256,
        labels,
        "scratch",
        Optional.empty(),
        "test",
        Map.of(),
        Map.of(),
        Instant.EPOCH);
  }

  void review(String id, String text) {
    write(topics.reviews(), id, "{\"text\":\"" + text + "\"}");
  }

  void write(String topic, String key, String value) {
    send(topic, key, value);
    producer.flush();
  }

  /** As {@link #write}, without waiting for the broker. */
  void send(String topic, String key, String value) {
    var unused =
        producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8)));
  }

  /** What an instance that comes to another machine finds: nothing. */
  void forgetState() throws IOException {
    try (Stream<Path> files = Files.walk(settings.stateDir())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  long count(String topic) {
    return count(topic, "read_committed");
  }

  long count(String topic, String isolation) {
    long[] count = new long[1];
    read(topic, isolation, record -> count[0]++);
    return count[0];
  }

  /** Reads every committed record of a topic. */
  void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    read(topic, "read_committed", reader);
  }

  private void read(
      String topic, String isolation, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    Properties properties = settings.kafkaClient();
    properties.put("isolation.level", isolation);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(200)).forEach(reader);
      }
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
