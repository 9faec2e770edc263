package dev.verdict.cli.bench;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.config.ClientKind;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.ModelManifest;
import dev.verdict.embedded.EmbeddedKafka;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.registry.TopicCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker in this JVM for a bench, with everything in a folder that goes when it is closed. */
final class BenchCluster implements AutoCloseable {
  /** Partitions of the topics where a bench is asked for none in particular. */
  static final int PARTITIONS = 8;

  private static final String MODEL = "reviews";

  private final Path data;
  private final EmbeddedKafka broker;
  private final int partitions;

  private BenchCluster(Path data, EmbeddedKafka broker, int partitions) {
    this.data = data;
    this.broker = broker;
    this.partitions = partitions;
  }

  /**
   * Starts the broker.
   *
   * @param partitions of the topics
   */
  static BenchCluster start(int partitions) throws IOException {
    Path data = Files.createTempDirectory("verdict-bench-");
    return new BenchCluster(data, EmbeddedKafka.start(data.resolve("kafka"), 0), partitions);
  }

  /**
   * The settings of an app with topics of its own.
   *
   * @param app a word that no other app on this broker has
   * @param changes in the names of the settings
   */
  Map<String, String> given(String app, Map<String, String> changes) {
    Map<String, String> given = new LinkedHashMap<>();
    given.put(SettingsDefinition.BOOTSTRAP_SERVERS, broker.bootstrapServers());
    given.put(SettingsDefinition.TOPICS_PREFIX, app + ".");
    given.put(SettingsDefinition.TOPIC_REVIEWS, app + ".reviews");
    given.put(SettingsDefinition.TOPIC_LABELS, app + ".labels");
    given.put(SettingsDefinition.TOPICS_PARTITIONS, Integer.toString(partitions));
    given.put(SettingsDefinition.TOPICS_REPLICATION_FACTOR, "1");
    given.put(SettingsDefinition.STATE_DIR, data.resolve("state-" + app).toString());
    given.put(SettingsDefinition.CHECKPOINTS_DIR, data.resolve("checkpoints").toString());
    // The same texts are sent over and over: a cache would measure itself.
    given.put(SettingsDefinition.INFERENCE_CACHE_ROWS, "0");
    given.putAll(changes);
    return given;
  }

  /** As {@link #given}, read. */
  Settings settings(String app, Map<String, String> changes) {
    return SettingsLoader.load(Optional.empty(), Map.of(), given(app, changes));
  }

  /** A folder of this bench for files of one kind. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(data.resolve(name));
  }

  /** Makes the topics and publishes the model as first champion. */
  static ModelManifest publish(Settings settings, BenchModel model)
      throws IOException, InterruptedException {
    new TopicCheck(settings.kafkaClient(), settings.topicPlan()).ensure();
    ModelManifest manifest = store(settings, model, 1);
    write(
        settings,
        RegistryRecords.publish(settings.topics().modelRegistry(), manifest, Optional.empty()));
    return manifest;
  }

  /**
   * Puts the model into the store as a version.
   *
   * @param number of the version
   */
  static ModelManifest store(Settings settings, BenchModel model, int number) throws IOException {
    CheckpointStore store = CheckpointStore.open(settings.checkpoints());
    Path staged = store.stage(MODEL);
    try (Stream<Path> files = Files.list(model.folder())) {
      for (Path file : files.toList()) {
        Files.copy(file, staged.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    StoredCheckpoint stored = store.commit(staged, MODEL, number);
    return new ModelManifest(
        MODEL,
        stored.version(),
        number,
        stored.path(),
        stored.manifestSha256(),
        BenchModel.LABELS,
        "scratch",
        Optional.empty(),
        "bench",
        Map.of(),
        Map.of(),
        Instant.now());
  }

  /** Writes records of the registry. */
  static void write(Settings settings, List<ProducerRecord<byte[], byte[]>> records) {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ClientKind.PRODUCER.of(settings.kafkaClient()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        var unused = producer.send(record);
      }
    }
  }

  @Override
  public void close() throws IOException {
    broker.close();
    CheckpointFolder.deleteRecursively(data);
  }
}
