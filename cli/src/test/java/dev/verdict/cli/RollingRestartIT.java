package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.bench.RandomChampion;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.cli.source.SyntheticReviews;
import dev.verdict.cli.up.Audit;
import dev.verdict.config.SettingsLoader;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.Review;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.contract.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two instances are restarted one after the other, as an upgrade does, while reviews keep coming.
 */
@Tag("faults")
class RollingRestartIT {
  private static final Logger LOG = LoggerFactory.getLogger(RollingRestartIT.class);

  private static final int PARTITIONS = 8;
  private static final int KEYS_PER_PARTITION = 5;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_REVIEWS = Duration.ofMillis(10);

  @TempDir private Path folder;

  private final Topics topics = new Topics("reviews", "labels", "");
  private final Deployment deployment = new Deployment("rolling-restart");
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);

  @AfterEach
  void stop() {
    threads.shutdownNow();
    deployment.close();
  }

  @ParameterizedTest
  @ValueSource(strings = "classic")
  void instancesRestartedThenNoPartitionPausesLongAndEveryReviewHasOnePrediction(String protocol)
      throws Exception {
    deployment.settings.put("group.protocol", protocol);
    deployment.settings.put("topics.partitions", String.valueOf(PARTITIONS));
    deployment.settings.put("torch.threads", "1");
    deployment.settings.put("retrain.f1.min", "0");
    deployment.settings.put("checkpoints.dir", folder.resolve("checkpoints").toString());
    RandomChampion.publish(SettingsLoader.load(Optional.empty(), Map.of(), deployment.settings));
    Instance first = new Instance(protocol + "-first");
    Instance second = new Instance(protocol + "-second");
    first.start();
    second.start();
    first.awaitReady();
    second.awaitReady();

    try (Feed feed = new Feed();
        Pauses pauses = new Pauses()) {
      var feeding =
          threads.scheduleAtFixedRate(
              feed::next, 0, BETWEEN_REVIEWS.toMillis(), TimeUnit.MILLISECONDS);
      var watching = threads.scheduleWithFixedDelay(pauses::watch, 0, 1, TimeUnit.MILLISECONDS);
      deployment.soon.until(pauses::everyPartitionSeen);
      pauses.forget();
      feed.forget();

      for (Instance each : List.of(first, second)) {
        assertThat(each.stop()).isIn(0, 143);
        each.start();
        each.awaitReady();
        int then = pauses.seen();
        deployment.soon.until(() -> pauses.seen() > then + 500);
      }
      assertThat(another(first, "state.dir", first.state.toString()))
          .contains("state.dir: must be a folder of this instance alone");
      assertThat(another(first, "streams.http.port", String.valueOf(first.port)))
          .contains("streams.http.port), must be a free port");

      feeding.cancel(false);
      deployment.soon.until(() -> pauses.seen() >= feed.count());
      watching.cancel(false);
      List<Duration> longest = pauses.longest();
      Duration allowed = LONGEST_PAUSE.plus(feed.longest());
      LOG.info("Longest pause of each partition with {}: {}", protocol, longest);
      assertThat(longest)
          .as("pauses with %s, the feed itself paused %s", protocol, feed.longest())
          .hasSize(PARTITIONS)
          .allMatch(pause -> pause.compareTo(allowed) < 0);

      Audit audit = Audit.of(deployment.kafka, topics);
      assertThat(audit.reviews()).isEqualTo(feed.count());
      assertThat(audit.deadLetters()).isZero();
      assertThat(audit.exact()).isTrue();
      assertOrderByKey();
      assertThat(second.afterLastStart()).contains("RUNNING").doesNotContain("corrupted");
    }
  }

  /** What one more instance says that shares something with another. */
  private String another(Instance instance, String key, String value) {
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>();
    arguments.add("streams");
    Map<String, String> settings = new HashMap<>(deployment.settings);
    settings.put("state.dir", instance.state + "-other");
    settings.put(key, value);
    settings.forEach((each, setting) -> arguments.add("-D" + each + "=" + setting));
    assertThat(
            Main.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new)))
        .isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    return err.toString();
  }

  private void assertOrderByKey() {
    Map<String, Long> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : deployment.readCommitted(topics.predictions())) {
      long offset = number(record, SourceHeaders.OFFSET);
      Long before = last.put(new String(record.key(), StandardCharsets.UTF_8), offset);
      assertThat(before == null || before < offset).isTrue();
    }
    assertThat(last).hasSize(PARTITIONS * KEYS_PER_PARTITION);
  }

  private static long number(ConsumerRecord<byte[], byte[]> record, String header) {
    Header value = record.headers().lastHeader(header);
    return Long.parseLong(new String(value.value(), StandardCharsets.UTF_8));
  }

  /** One instance of the streams app, started again with the same folder and port. */
  private final class Instance {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String name;
    private final Path state;
    private final int port;
    private Optional<VerdictProcess> process = Optional.empty();
    private int logBefore;

    Instance(String name) throws IOException {
      this.name = name;
      this.state = folder.resolve(name);
      try (ServerSocket free = new ServerSocket(0)) {
        this.port = free.getLocalPort();
      }
      deployment.forgetLog(name);
    }

    void start() throws IOException {
      logBefore = process.isEmpty() ? 0 : deployment.log(name).length();
      process =
          Optional.of(
              deployment.start(
                  "streams",
                  name,
                  Map.of(
                      "state.dir", state.toString(), "streams.http.port", String.valueOf(port))));
    }

    int stop() throws InterruptedException {
      return process.orElseThrow().stop();
    }

    String afterLastStart() {
      return deployment.log(name).substring(logBefore);
    }

    void awaitReady() {
      deployment.soon.until(this::ready);
    }

    private boolean ready() throws InterruptedException {
      try {
        return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode()
            == 200;
      } catch (IOException e) {
        return false;
      }
    }
  }

  /** A review with its label, to one partition after the other, each with its own few keys. */
  private final class Feed implements AutoCloseable {
    private final Producer<byte[], byte[]> producer =
        new KafkaProducer<>(deployment.kafka, new ByteArraySerializer(), new ByteArraySerializer());
    private final SyntheticReviews source = SyntheticReviews.stream(3, 100_000, 0);
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private long last = System.nanoTime();

    void next() {
      long now = System.nanoTime();
      longest.accumulateAndGet(now - last, Math::max);
      last = now;
      int number = count.getAndIncrement();
      int partition = number % PARTITIONS;
      byte[] key =
          "p%d-k%d"
              .formatted(partition, number / PARTITIONS % KEYS_PER_PARTITION)
              .getBytes(StandardCharsets.UTF_8);
      SourcedReview review = source.next();
      Review text = new Review(review.text(), Optional.empty(), Map.of());
      Label label = new Label(review.label(), Optional.empty(), Optional.empty());
      var unusedReview =
          producer.send(new ProducerRecord<>(topics.reviews(), partition, key, Json.write(text)));
      var unusedLabel =
          producer.send(new ProducerRecord<>(topics.labels(), key, Json.write(label)));
    }

    void forget() {
      longest.set(0);
    }

    Duration longest() {
      return Duration.ofNanos(longest.get());
    }

    int count() {
      return count.get();
    }

    @Override
    public void close() {
      producer.close();
      source.close();
    }
  }

  /** For each partition of the reviews, the longest time without a prediction becoming visible. */
  private final class Pauses implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer = deployment.consumer();
    private final Map<Long, Long> last = new HashMap<>();
    private final Map<Long, Long> longest = new HashMap<>();
    private int seen;

    Pauses() {
      consumer.seekToBeginning(Deployment.assign(consumer, topics.predictions()));
    }

    synchronized void watch() {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
        long partition = number(record, SourceHeaders.PARTITION);
        long now = System.nanoTime();
        Long before = last.put(partition, now);
        if (before != null) {
          longest.merge(partition, now - before, Math::max);
        }
        seen++;
      }
    }

    synchronized void forget() {
      longest.clear();
    }

    synchronized boolean everyPartitionSeen() {
      return last.size() == PARTITIONS;
    }

    synchronized int seen() {
      return seen;
    }

    synchronized List<Duration> longest() {
      return longest.values().stream().map(Duration::ofNanos).toList();
    }

    @Override
    public synchronized void close() {
      consumer.close();
    }
  }
}
