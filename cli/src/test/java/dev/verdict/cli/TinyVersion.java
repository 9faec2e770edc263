package dev.verdict.cli;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.config.Settings;
import dev.verdict.contract.ModelManifest;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A version of random weights, published as the trainer would: quick to make and to run. */
final class TinyVersion {
  static final List<String> LABELS = List.of("negative", "positive");

  private TinyVersion() {}

  /**
   * Makes it the champion.
   *
   * @param trainedThrough offsets of the reviews that it says it has seen
   */
  static ModelManifest publish(Settings settings, long number, Map<Integer, Long> trainedThrough)
      throws IOException {
    ModelManifest manifest = store(settings, number, LABELS, trainedThrough);
    register(settings, manifest);
    return manifest;
  }

  /** Brings it into the store, of which the registry does not know yet. */
  static ModelManifest store(
      Settings settings, long number, List<String> labels, Map<Integer, Long> trainedThrough)
      throws IOException {
    CheckpointStore store = CheckpointStore.open(settings.checkpoints());
    Path staged = store.stage("reviews");
    List<String> vocabulary =
        new WordPieceTrainer(100).train(List.of("a good kettle", "a bad kettle", "so and so"));
    TokenizerFiles.write(staged, vocabulary, 64);
    DistilBertConfig config =
        new DistilBertConfig(
            vocabulary.size(), 64, false, 1, 2, 32, 64, 0.1, 0.1, 0.2, 0.02, 0, labels);
    try (TrainableClassifier model = TrainableClassifier.random(config, number)) {
      model.save(staged);
    }
    StoredCheckpoint stored = store.commit(staged, settings.modelName(), number);
    return new ModelManifest(
        settings.modelName(),
        stored.version(),
        number,
        stored.path(),
        stored.manifestSha256(),
        labels,
        "scratch",
        Optional.empty(),
        "test",
        trainedThrough,
        Map.of(),
        Instant.now());
  }

  /** Makes it the champion. */
  static void register(Settings settings, ModelManifest manifest) {
    String topic = settings.topics().modelRegistry();
    try (RegistryReader registry =
            new RegistryReader(settings.kafkaClient(), topic, settings.modelName());
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(
                settings.kafkaClient(), new ByteArraySerializer(), new ByteArraySerializer())) {
      Optional<String> champion = registry.readToEnd().champion().map(ModelManifest::version);
      for (ProducerRecord<byte[], byte[]> record :
          RegistryRecords.publish(topic, manifest, champion)) {
        var unused = producer.send(record);
      }
    }
  }
}
