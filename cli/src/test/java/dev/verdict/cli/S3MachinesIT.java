package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.verdict.checkpoint.CheckpointManifest;
import dev.verdict.cli.s3.S3Server;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.cli.source.SyntheticReviews;
import dev.verdict.config.Settings;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.TrainingRun;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryState;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import dev.verdict.trainer.TrainerListener;
import dev.verdict.trainer.TrainerService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** The whole loop over a bucket: two trainers and a streams app that share no disk. */
class S3MachinesIT {
  private static final int BOOTSTRAP = 240;
  private static final int REVIEWS = 420;

  @TempDir private Path folder;

  private final ConditionFactory soon =
      await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(100));

  @Test
  void trainersAndStreamsShareABucketAloneThenTheLoopGoesRound() throws Exception {
    try (S3Server server = S3Server.start(folder.resolve("s3"))) {
      try (S3Client s3 = server.client()) {
        s3.createBucket(request -> request.bucket("verdict-models"));
      }
      try (CommandDeployment deployment = new CommandDeployment(folder, settings(server))) {
        loop(server, deployment);
      }
    }
  }

  private Map<String, String> settings(S3Server server) {
    Map<String, String> settings = new HashMap<>();
    settings.put("checkpoints.dir", "s3://verdict-models/shop");
    settings.put("checkpoints.s3.endpoint", server.endpoint());
    settings.put("checkpoints.s3.attempts", "1");
    settings.put("checkpoints.cache.dir", folder.resolve("operator").toString());
    settings.put("bootstrap.examples", String.valueOf(BOOTSTRAP));
    settings.put("retrain.min.examples", "50");
    settings.put("retrain.f1.min", "0");
    settings.put("model.max.length", "32");
    settings.put("gate.confidence", "0.5");
    settings.put("scratch.epochs", "8");
    settings.put("scratch.batch.rows", "8");
    settings.put("scratch.learning.rate", "0.001");
    settings.put("scratch.warmup.steps", "10");
    settings.put("fine.tune.epochs", "1");
    settings.put("fine.tune.batch.rows", "16");
    return settings;
  }

  private Settings machine(CommandDeployment deployment, String name) {
    return deployment.settings.with(
        Map.of(
            "checkpoints.cache.dir",
            folder.resolve(name).resolve("cache").toString(),
            "state.dir",
            folder.resolve(name).resolve("state").toString()));
  }

  private void loop(S3Server server, CommandDeployment deployment) throws Exception {
    List<SourcedReview> reviews = reviews();
    write(deployment, reviews.subList(0, BOOTSTRAP));
    ModelManifest first;
    try (TrainerService trainer = trainer(machine(deployment, "a"))) {
      trainer.start();
      soon.until(() -> registry(deployment).champion().isPresent());
      first = registry(deployment).champion().orElseThrow();
    }

    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (StreamsService streams = streams(machine(deployment, "c"), meters)) {
      streams.start();
      write(deployment, reviews.subList(BOOTSTRAP, REVIEWS));
      soon.until(() -> deployment.read(deployment.topics.trainingExamples()).size() >= 100);
      assertThat(cached("c")).singleElement().asString().startsWith(first.version());

      trainsFromTheChampionElsewhere(deployment, first);
      ModelManifest good = championServes(deployment);
      damagedOnTheWayThenTheOldOneServes(server, deployment, good, meters);
    }

    server.kill();
    assertThat(deployment.verdict("doctor").out())
        .containsPattern("fail  store .*: not reached: Connection refused.*remedy");
    assertThat(deployment.verdict("models").err())
        .contains("Sizes are not known: Checkpoint store");
    SimpleMeterRegistry again = new SimpleMeterRegistry();
    try (StreamsService streams = streams(machine(deployment, "c"), again)) {
      streams.start();
      assertThat(serves(deployment, "from-the-cache").version()).doesNotStartWith("v000099");
      soon.until(() -> refused(again, "store") == 1);
    }
    server.restart();
    assertThat(deployment.verdict("doctor").out())
        .containsPattern("ok {4}store .*s3://verdict-models/shop at .* may be read and written");
    assertThat(deployment.verdict("models").out()).containsPattern(first.version() + ".* MiB");
  }

  /** A trainer of another machine, which has nothing of it yet. */
  private void trainsFromTheChampionElsewhere(CommandDeployment deployment, ModelManifest first)
      throws Exception {
    deployment.write(
        new ProducerRecord<>(
            deployment.topics.retrainRequests(),
            CommandDeployment.bytes("reviews"),
            CommandDeployment.bytes("{\"request_id\":\"elsewhere\"}")));
    try (TrainerService trainer = trainer(machine(deployment, "b"))) {
      trainer.start();
      soon.until(() -> run(deployment).filter(run -> run.state().terminal()).isPresent());
    }
    TrainingRun run = run(deployment).orElseThrow();
    assertThat(run.state())
        .as("%s", run.detail())
        .isIn(TrainingRun.State.PUBLISHED, TrainingRun.State.REJECTED);
    assertThat(run.base()).contains(first.version());
    assertThat(cached("b")).anyMatch(name -> name.startsWith(first.version()));
  }

  private void damagedOnTheWayThenTheOldOneServes(
      S3Server server, CommandDeployment deployment, ModelManifest good, SimpleMeterRegistry meters)
      throws Exception {
    ModelManifest bad =
        TinyVersion.store(machine(deployment, "a"), 99, good.labels(), good.trainedThrough());
    Path weights = server.object("verdict-models", "shop/" + bad.path() + "/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    TinyVersion.register(deployment.settings, bad);

    soon.until(() -> refused(meters, "checkpoint") == 1);
    assertThat(serves(deployment, "after-the-damage").version()).isEqualTo(good.version());
    assertThat(cached("c")).noneMatch(name -> name.startsWith(bad.version()));
    assertThat(server.object("verdict-models", "shop/" + bad.path()))
        .isDirectoryContaining(
            file -> file.getFileName().toString().equals(CheckpointManifest.NAME));
  }

  private static double refused(SimpleMeterRegistry meters, String reason) {
    return meters.find("verdict.model.refused").tag("reason", reason).gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }

  /** The champion, once it is what answers: a run may have made another. */
  private ModelManifest championServes(CommandDeployment deployment) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    return soon.until(
        () -> serves(deployment, "after-the-run-" + asked.incrementAndGet()),
        serving -> registry(deployment).champion().equals(Optional.of(serving)));
  }

  /** The version that answers a review. */
  private ModelManifest serves(CommandDeployment deployment, String id) throws Exception {
    review(deployment, id, "The kettle is quiet and boils fast, I love it.");
    String version =
        soon.until(
                () ->
                    deployment.read(deployment.topics.predictions()).stream()
                        .filter(each -> new String(each.key(), StandardCharsets.UTF_8).equals(id))
                        .map(each -> read(each.value(), Prediction.class))
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow()
            .modelVersion();
    return registry(deployment).manifests().get(version);
  }

  private List<String> cached(String machine) throws IOException {
    try (Stream<Path> list = Files.list(folder.resolve(machine).resolve("cache"))) {
      return list.map(each -> each.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    }
  }

  private static List<SourcedReview> reviews() {
    try (SyntheticReviews source = SyntheticReviews.stream(7, REVIEWS, 0)) {
      return Stream.generate(source::next).limit(REVIEWS).toList();
    }
  }

  private static void write(CommandDeployment deployment, List<SourcedReview> reviews)
      throws InterruptedException {
    for (SourcedReview each : reviews) {
      review(deployment, each.id(), each.text());
      deployment.write(
          new ProducerRecord<>(
              deployment.topics.labels(),
              CommandDeployment.bytes(each.id()),
              Json.write(Map.of("label", each.label()))));
    }
  }

  private static void review(CommandDeployment deployment, String id, String text)
      throws InterruptedException {
    deployment.write(
        new ProducerRecord<>(
            deployment.topics.reviews(),
            CommandDeployment.bytes(id),
            Json.write(Map.of("text", text))));
  }

  private static TrainerService trainer(Settings settings) {
    return new TrainerService(
        settings,
        new SimpleMeterRegistry(),
        TrainerListener.NONE,
        reference -> {
          throw new IOException("Cannot fetch " + reference);
        });
  }

  private static StreamsService streams(Settings settings, SimpleMeterRegistry meters) {
    return new StreamsService(settings, meters, StreamsListener.silent());
  }

  private static RegistryState registry(CommandDeployment deployment) {
    try (RegistryReader reader =
        new RegistryReader(
            deployment.settings.kafkaClient(), deployment.topics.modelRegistry(), "reviews")) {
      return reader.readToEnd();
    }
  }

  private static Optional<TrainingRun> run(CommandDeployment deployment) {
    return deployment.read(deployment.topics.trainingRuns()).stream()
        .map(each -> read(each.value(), TrainingRun.class))
        .filter(run -> run.requestId().equals("elsewhere"))
        .reduce((before, after) -> after);
  }

  private static <T> T read(byte[] value, Class<T> type) {
    try {
      return Json.read(value, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
