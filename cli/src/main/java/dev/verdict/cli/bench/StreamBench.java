package dev.verdict.cli.bench;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.config.ClientKind;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Review;
import dev.verdict.embedded.EmbeddedKafka;
import dev.verdict.model.Classifier;
import dev.verdict.model.Preset;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.registry.TopicCheck;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import dev.verdict.text.TokenizedText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The stream under exactly-once against the same model on the same reviews without Kafka. */
@Command(
    name = "stream",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Reviews/s through Kafka against the same reviews classified without it.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict bench stream"})
final class StreamBench implements Callable<Integer> {
  private static final String MODEL = "reviews";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--preset", description = "tiny, mini, small or base.")
  private Preset preset = Preset.TINY;

  @Option(names = "--reviews", description = "Reviews of one repetition.")
  private int reviews = 20_000;

  @Option(names = "--repetitions", description = "Of each measurement.")
  private int repetitions = 5;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<SourcedReview> texts = BenchModel.reviews(reviews);
    Path data = Files.createTempDirectory("verdict-bench-");
    try (BenchModel model = BenchModel.random(preset);
        EmbeddedKafka broker = EmbeddedKafka.start(data.resolve("kafka"), 0)) {
      Settings settings = settings(broker, data);
      publish(settings, model);
      Figures direct = new Figures();
      Figures stream = new Figures();
      try (StreamsService service =
              new StreamsService(settings, new SimpleMeterRegistry(), StreamsListener.silent());
          Classifier classifier = Classifier.open(model.folder(), settings.maxLength());
          Producer<byte[], byte[]> producer =
              new KafkaProducer<>(
                  ClientKind.PRODUCER.of(settings.kafkaClient()),
                  new ByteArraySerializer(),
                  new ByteArraySerializer());
          KafkaConsumer<byte[], byte[]> consumer = consumer(settings)) {
        service.start();
        while (service.notReady().isPresent()) {
          Thread.onSpinWait();
        }
        throughKafka(settings, producer, consumer, texts);
        withoutKafka(settings, classifier, texts);
        for (int i = 0; i < repetitions; i++) {
          direct.add(texts.size() / withoutKafka(settings, classifier, texts));
          stream.add(texts.size() / throughKafka(settings, producer, consumer, texts));
        }
      }
      out.printf(
          "%s, %,d generated reviews a repetition, %s%n",
          preset, reviews, settings.printable().get(SettingsDefinition.PROCESSING_GUARANTEE));
      out.printf(
          "%-44s %s%n", "without Kafka (encode, plan, classify)", direct.median() + " reviews/s");
      out.printf(
          "%-44s %s  %s of it%n",
          "produced to committed prediction",
          stream.median() + " reviews/s",
          String.format(Locale.ROOT, "%.2f", stream.median() / direct.median()));
      out.flush();
      return 0;
    } finally {
      CheckpointFolder.deleteRecursively(data);
    }
  }

  private static Settings settings(EmbeddedKafka broker, Path data) {
    return SettingsLoader.load(
        Optional.empty(),
        Map.of(),
        Map.of(
            SettingsDefinition.BOOTSTRAP_SERVERS,
            broker.bootstrapServers(),
            SettingsDefinition.TOPICS_REPLICATION_FACTOR,
            "1",
            SettingsDefinition.STATE_DIR,
            data.resolve("state").toString(),
            SettingsDefinition.CHECKPOINTS_DIR,
            data.resolve("checkpoints").toString()));
  }

  static void publish(Settings settings, BenchModel model)
      throws IOException, InterruptedException {
    new TopicCheck(settings.kafkaClient(), settings.topicPlan()).ensure();
    CheckpointStore store = CheckpointStore.open(settings.checkpoints());
    Path staged = store.stage("reviews");
    try (Stream<Path> files = Files.list(model.folder())) {
      for (Path file : files.toList()) {
        Files.copy(file, staged.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    StoredCheckpoint stored = store.commit(staged, MODEL, 1);
    ModelManifest manifest =
        new ModelManifest(
            MODEL,
            stored.version(),
            1,
            stored.path(),
            stored.manifestSha256(),
            BenchModel.LABELS,
            "scratch",
            Optional.empty(),
            "bench",
            Map.of(),
            Map.of(),
            Instant.now());
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ClientKind.PRODUCER.of(settings.kafkaClient()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> record :
          RegistryRecords.publish(settings.topics().modelRegistry(), manifest, Optional.empty())) {
        var unused = producer.send(record);
      }
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Settings settings) {
    Properties properties = ClientKind.CONSUMER.of(settings.kafkaClient());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    consumer
        .partitionsFor(settings.topics().predictions())
        .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    return consumer;
  }

  /** Seconds from the first review produced to the last prediction that a consumer sees. */
  private static double throughKafka(
      Settings settings,
      Producer<byte[], byte[]> producer,
      KafkaConsumer<byte[], byte[]> consumer,
      List<SourcedReview> reviews) {
    List<ProducerRecord<byte[], byte[]>> records =
        reviews.stream()
            .map(
                review ->
                    new ProducerRecord<>(
                        settings.topics().reviews(),
                        review.id().getBytes(StandardCharsets.UTF_8),
                        Json.write(new Review(review.text(), Optional.empty(), Map.of()))))
            .toList();
    long start = System.nanoTime();
    for (ProducerRecord<byte[], byte[]> record : records) {
      var unused = producer.send(record);
    }
    producer.flush();
    int seen = 0;
    while (seen < reviews.size()) {
      seen += consumer.poll(Duration.ofMillis(100)).count();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds for the same model on the same reviews, sorted and batched as well as can be. */
  private static double withoutKafka(
      Settings settings, Classifier classifier, List<SourcedReview> reviews) {
    return Rounds.seconds(
        () -> {
          List<TokenizedText> texts =
              classifier.tokenizer().encode(reviews.stream().map(SourcedReview::text).toList());
          int[] lengths = texts.stream().mapToInt(TokenizedText::length).toArray();
          for (List<Integer> batch : new BatchPlanner(settings.batchLimits()).plan(lengths)) {
            classifier.classify(batch.stream().map(texts::get).toList());
          }
        });
  }
}
