package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Topics;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.streams.inference.ChampionFollower.Loader;
import dev.verdict.streams.inference.FakeModel;
import dev.verdict.streams.inference.ServingModel;
import dev.verdict.text.TokenizedText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends the service and what does not, on a real broker. */
class StreamsServiceIT {
  private static TestBroker broker;

  @TempDir private Path folder;

  private final ConditionFactory soon =
      Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200));

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void modelHangsInACallThenTheServiceEndsUncommittedSaysWhyAndClosesInBoundedTime()
      throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Deployment deployment = deployment("hangs", "inference.timeout.ms", "1000")) {
      StreamsService service =
          service(deployment, manifest -> new Scripted(manifest, batch -> hang(batch, go)));
      deployment.publish("v1");
      service.start();
      soon.until(() -> service.notReady().isEmpty());
      deployment.review("r1", "hangs");

      soon.until(service::hasEnded);
      assertThat(service.notReady()).contains("No prediction within inference.timeout.ms (1000)");
      long start = System.nanoTime();
      service.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(45));

      assertThat(deployment.count(deployment.topics.predictions())).isZero();
      assertThat(deployment.count(deployment.topics.deadLetters())).isZero();
    } finally {
      go.countDown();
    }
  }

  @Test
  void modelBreaksThenTheServiceEndsAndNoReviewIsADeadLetter() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    try (Deployment deployment = deployment("breaks", "batch.max.rows", "8");
        StreamsService service =
            service(
                deployment,
                manifest ->
                    new Scripted(
                        manifest,
                        batch -> {
                          if (broken.get()) {
                            throw new IllegalStateException("the accelerator is gone");
                          }
                          return batch;
                        }))) {
      deployment.publish("v1");
      service.start();
      deployment.review("r1", "good");
      soon.until(() -> deployment.count(deployment.topics.predictions()) == 1);

      broken.set(true);
      for (int i = 0; i < 50; i++) {
        // Texts that were not scored before.
        deployment.review("b" + i, "good" + " indeed".repeat(1 + i % 10));
      }

      soon.until(service::hasEnded);
      assertThat(service.notReady())
          .contains(
              "Model v1 fails on a text that it classified when it was loaded: the accelerator is"
                  + " gone");
      assertThat(deployment.count(deployment.topics.deadLetters())).isZero();
    }
  }

  @Test
  void versionsThatCannotServeThenTheOldOneServesOnUntilAGoodOneComes() throws Exception {
    Set<String> tried = ConcurrentHashMap.newKeySet();
    Loader loader =
        manifest -> {
          ServingModel model =
              switch (manifest.version()) {
                case "v2" -> throw new StackOverflowError();
                case "v3" -> throw new UnsatisfiedLinkError("no such library");
                case "v4" -> throw new OutOfMemoryError("Requested array size exceeds VM limit");
                case "v5" -> throw new IOException("hash differs");
                case "v6" -> new Scripted(manifest, List::copyOf, Float.NaN);
                default -> new Scripted(manifest, UnaryOperator.identity());
              };
          tried.add(manifest.version());
          return model;
        };
    try (Deployment deployment = deployment("refuses", "topics.partitions", "2");
        StreamsService service = service(deployment, loader)) {
      deployment.publish("v6");
      service.start();
      soon.until(
          () ->
              service
                  .notReady()
                  .equals(
                      Optional.of("champion v6 is refused: the model gives the probability NaN")));
      deployment.publish("v1");
      soon.until(() -> service.notReady().isEmpty());
      for (String version : List.of("v2", "v3", "v4", "v5", "v7")) {
        deployment.publish(version);
        deployment.review(version, "good");
      }
      soon.until(() -> tried.contains("v7"));
      soon.until(() -> deployment.count(deployment.topics.predictions()) == 5);
      assertThat(service.hasEnded()).isFalse();
    }
  }

  @Test
  void recordsThatNobodyForesawThenDeadLettersInTheTransactionAndTheStreamGoesOn()
      throws Exception {
    // Nothing is committed within the test but at the end.
    try (Deployment deployment = deployment("unforeseen", "commit.interval.ms", "60000")) {
      String internal =
          deployment.settings.applicationId() + "-" + Topics.BY_REVIEW_ID + "-repartition";
      String letters = deployment.topics.deadLetters();
      StreamsService service =
          service(deployment, manifest -> new Scripted(manifest, UnaryOperator.identity()));
      deployment.publish("v1");
      service.start();
      soon.until(() -> service.notReady().isEmpty());

      deployment.write(internal, "r1", "no event");
      deployment.write(internal, "r2", "{\"predicted\":{\"text\":\"good\"}}");
      deployment.write(internal, "r2", "{\"label\":{\"label\":\"positive\"}}");
      deployment.review("r3", "good");
      soon.until(() -> deployment.count(letters, "read_uncommitted") == 2);
      soon.until(() -> deployment.count(deployment.topics.predictions(), "read_uncommitted") == 1);
      assertThat(deployment.count(letters)).isZero();
      assertThat(service.notReady()).isEmpty();

      service.close();
      Map<String, String> found = new HashMap<>();
      deployment.read(
          letters,
          letter -> {
            assertThat(header(letter, DeadLetterHeaders.TOPIC)).isEqualTo(internal);
            found.put(
                header(letter, DeadLetterHeaders.STAGE)
                    + " "
                    + header(letter, DeadLetterHeaders.REASON),
                new String(letter.value(), StandardCharsets.UTF_8));
          });
      assertThat(found)
          .isEqualTo(
              Map.of(
                  "decode unreadable", "no event",
                  "process unforeseen", "{\"label\":{\"label\":\"positive\"}}"));
      assertThat(deployment.count(deployment.topics.predictions())).isEqualTo(1);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return DeadLetterHeaders.value(record.headers(), name).orElseThrow();
  }

  private Deployment deployment(String name, String key, String value) throws Exception {
    return new Deployment(broker.bootstrapServers(), name, folder, Map.of(key, value));
  }

  private static StreamsService service(Deployment deployment, Loader loader) {
    return new StreamsService(
        deployment.settings, new SimpleMeterRegistry(), StreamsListener.silent(), loader);
  }

  /** Hears no interrupt, as native code; texts of one word alone, so that the canary passes. */
  private static List<TokenizedText> hang(List<TokenizedText> batch, CountDownLatch go) {
    while (batch.get(0).length() == 1 && go.getCount() > 0) {
      try {
        go.await();
      } catch (InterruptedException e) {
        // Deaf.
      }
    }
    return batch;
  }

  /** Does first what the test says. */
  private static final class Scripted implements ServingModel {
    private final ModelManifest manifest;
    private final FakeModel model;
    private final UnaryOperator<List<TokenizedText>> first;
    private final float[] row;

    Scripted(ModelManifest manifest, UnaryOperator<List<TokenizedText>> first) {
      this(manifest, first, 1);
    }

    Scripted(ModelManifest manifest, UnaryOperator<List<TokenizedText>> first, float probability) {
      this.manifest = manifest;
      this.model = new FakeModel(manifest.version());
      this.first = first;
      this.row = new float[] {probability, 0};
    }

    @Override
    public ModelManifest manifest() {
      return manifest;
    }

    @Override
    public List<TokenizedText> encode(List<String> texts) {
      return model.encode(texts);
    }

    @Override
    public float[][] classify(List<TokenizedText> batch) {
      return first.apply(batch).stream().map(each -> row).toArray(float[][]::new);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
