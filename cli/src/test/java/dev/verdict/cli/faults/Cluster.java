package dev.verdict.cli.faults;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.Json;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.Topics;
import dev.verdict.contract.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A deployment as a platform team has it: a broker, a trainer, instances, users, a supervisor. */
final class Cluster implements AutoCloseable {
  /** Forgets nothing of a run. */
  static final String WINDOW = "last_20000";

  static final int SESSION_TIMEOUT_MS = 6000;

  private static final int BOOTSTRAP = 240;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path folder;
  private final FaultBroker broker;
  private final Topics topics = new Topics("reviews", "labels", "");
  private final Properties kafka = new Properties();
  private final Map<String, String> settings = new HashMap<>();
  private final SmallDisk checkpoints;
  private final SmallDisk stateOfFirst;
  private final Service trainer;
  private final List<Service> instances = new ArrayList<>();
  private final Versions versions;
  private final Set<String> requests = new HashSet<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread supervisor = new Thread(this::supervise, "supervisor");
  private final Traffic traffic;
  private Optional<Answers> answers = Optional.empty();

  /**
   * Starts a broker, and prepares the rest.
   *
   * @param folder for everything that it writes, which outlives it to be looked at
   */
  Cluster(Path folder, Random random, int reviewsPerSecond) throws InterruptedException {
    this.folder = folder;
    this.checkpoints = new SmallDisk(folder.resolve("checkpoints"), 512);
    this.stateOfFirst = new SmallDisk(folder.resolve("state-a"), 96);
    this.broker = FaultBroker.start(folder);
    kafka.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("topics.replication.factor", "1");
    settings.put("http.host", "127.0.0.1");
    settings.put("streams.http.port", "0");
    settings.put("trainer.http.port", "0");
    settings.put("session.timeout.ms", String.valueOf(SESSION_TIMEOUT_MS));
    settings.put("checkpoints.dir", checkpoints.folder().toString());
    settings.put("evaluation.windows", "last_1000," + WINDOW);
    settings.put("bootstrap.examples", String.valueOf(BOOTSTRAP));
    settings.put("retrain.min.examples", "50");
    settings.put("retrain.max.examples", "600");
    settings.put("retrain.f1.min", "0");
    settings.put("scratch.epochs", "8");
    settings.put("scratch.batch.rows", "8");
    settings.put("scratch.learning.rate", "0.001");
    settings.put("scratch.warmup.steps", "10");
    settings.put("fine.tune.epochs", "3");
    settings.put("fine.tune.batch.rows", "16");
    settings.put("fine.tune.learning.rate", "0.0005");
    settings.put("fine.tune.evaluation.steps", "20");
    settings.put("gate.confidence", "0.5");
    settings.put("train.state.interval.ms", "500");
    settings.put("torch.threads", "1");
    this.trainer = service("trainer", "trainer", folder.resolve("trainer"));
    instances.add(instance("a", stateOfFirst.folder()));
    instances.add(instance("b", folder.resolve("state-b")));
    this.versions = new Versions(kafka, topics, checkpoints.folder(), random);
    this.traffic = new Traffic(kafka, topics, random.nextInt(1 << 20), reviewsPerSecond);
  }

  /** Starts the services, waits for the first champion, and lets users write. */
  void start() throws InterruptedException {
    trainer.start();
    for (Service instance : instances) {
      instance.start();
    }
    supervisor.start();
    Awaitility.await("the topics").atMost(PATIENCE).until(this::topicsExist);
    traffic.bootstrap(BOOTSTRAP);
    answers = Optional.of(new Answers(kafka, topics));
    Awaitility.await("a first champion")
        .atMost(PATIENCE)
        .until(() -> versions.registry().champion().isPresent());
    traffic.start();
    awaitCaughtUp();
  }

  private boolean topicsExist() {
    try (Consumer<byte[], byte[]> consumer = TopicRecords.consumer(kafka, List.of())) {
      return consumer
          .listTopics()
          .keySet()
          .containsAll(
              List.of(
                  topics.reviews(), topics.labels(), topics.deadLetters(), topics.modelRegistry()));
    }
  }

  FaultBroker broker() {
    return broker;
  }

  Service trainer() {
    return trainer;
  }

  Service first() {
    return instances.get(0);
  }

  Service second() {
    return instances.get(1);
  }

  /** The folder of an instance's state. */
  Path stateOf(Service instance) {
    return instance == first() ? stateOfFirst.folder() : folder.resolve("state-" + instance.name());
  }

  SmallDisk stateDisk() {
    return stateOfFirst;
  }

  SmallDisk checkpointsDisk() {
    return checkpoints;
  }

  Versions versions() {
    return versions;
  }

  /** One more instance, which is not started yet. */
  Service another(String name) {
    Service instance = instance(name, folder.resolve("state-" + name));
    instances.add(instance);
    return instance;
  }

  /** Waits until every review written so far is answered; how long that took. */
  Duration awaitCaughtUp() {
    return answers.orElseThrow().awaitCaughtUp(PATIENCE);
  }

  /** Writes a request to retrain; closing the producer sends it. */
  @SuppressWarnings("FutureReturnValueIgnored") // Whether it came is seen by its run.
  String requestRetraining() {
    String id = "by-hand-" + requests.size();
    requests.add(id);
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      RetrainRequest request =
          new RetrainRequest(
              id, RetrainRequest.Trigger.MANUAL, Optional.empty(), Map.of(), Optional.empty());
      producer.send(
          new ProducerRecord<>(
              topics.retrainRequests(),
              Versions.MODEL.getBytes(StandardCharsets.UTF_8),
              Json.write(request)));
    }
    return id;
  }

  /** Waits until the request's run has ended. */
  TrainingRun awaitRun(String request) {
    return Awaitility.await("the end of request " + request)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> run(request), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<TrainingRun> run(String request) {
    Optional<TrainingRun> last = Optional.empty();
    for (ConsumerRecord<byte[], byte[]> record : TopicRecords.all(kafka, topics.trainingRuns())) {
      try {
        TrainingRun run = Json.read(record.value(), TrainingRun.class);
        if (run.requestId().equals(request) && run.state().terminal()) {
          last = Optional.of(run);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return last;
  }

  /** Ends the users' writing, waits for the last answers, and checks everything. */
  Report finish() throws InterruptedException {
    traffic.close();
    // Their last records may not have been seen yet when the writing ends.
    Awaitility.await("all reviews are known")
        .atMost(PATIENCE)
        .until(
            () ->
                answers.orElseThrow().reviews()
                    == TopicRecords.all(kafka, topics.reviews()).stream()
                        .filter(record -> record.value() != null)
                        .count());
    awaitCaughtUp();
    Settings loaded = SettingsLoader.load(Map.of(), Optional.empty(), Map.of(), settings);
    return new Checker(kafka, topics, loaded, checkpoints.folder(), WINDOW)
        .check(versions.registry().manifests(), requests);
  }

  /** How often the supervisor had to start a service that had ended by itself. */
  int endedByThemselves() {
    return instances.stream().mapToInt(Service::endedByItself).sum() + trainer.endedByItself();
  }

  @Override
  public void close() throws InterruptedException {
    closed.countDown();
    supervisor.join();
    for (Service instance : instances) {
      instance.close();
    }
    trainer.close();
    if (answers.isPresent()) {
      answers.get().close();
    }
    broker.close();
    stateOfFirst.close();
    checkpoints.close();
  }

  private Service instance(String name, Path state) {
    settings.put("state.dir", state.toString());
    return service(name, "streams", folder.resolve("instance-" + name));
  }

  private Service service(String name, String verb, Path own) {
    return new Service(name, verb, own, settings);
  }

  private void supervise() {
    try {
      while (!closed.await(200, TimeUnit.MILLISECONDS)) {
        // A copy: a fault may add an instance meanwhile.
        List.copyOf(instances).forEach(Service::supervise);
        trainer.supervise();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
