package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Json;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.contract.avro.SchemaRegistryException;
import dev.verdict.contract.avro.testing.FakeSchemaRegistry;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.streams.inference.FakeModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reviews as plain text and as Avro, on a real broker, with a registry that goes and comes. */
class MessageFormatsIT {
  private static final Schema SHOPS =
      new Schema.Parser()
          .parse(
              "{\"type\":\"record\",\"name\":\"Feedback\",\"namespace\":\"com.shop\",\"fields\":["
                  + "{\"name\":\"stars\",\"type\":\"int\"},"
                  + "{\"name\":\"text\",\"type\":[\"null\",\"string\"]}]}");

  private static TestBroker broker;

  @TempDir private Path folder;

  private final FakeSchemaRegistry registry = new FakeSchemaRegistry();
  private final ConditionFactory soon =
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(200))
          // Stream threads that are replaced end with theirs.
          .dontCatchUncaughtExceptions();

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private Deployment deployment(String name, Map<String, String> changes) throws Exception {
    Map<String, String> all = new HashMap<>(changes);
    all.put("schema.registry.url", registry.url());
    all.put("schema.registry.timeout.ms", "2000");
    all.put("session.timeout.ms", "6000");
    return new Deployment(broker.bootstrapServers(), name, folder, all);
  }

  private static StreamsService service(Deployment deployment) {
    return new StreamsService(
        deployment.settings,
        new SimpleMeterRegistry(),
        StreamsListener.silent(),
        manifest -> new FakeModel(manifest.version()));
  }

  @Test
  void plainTextThenPredictedAtTheRecordsTime() throws Exception {
    try (Deployment deployment =
            deployment("text", Map.of("reviews.format", "text", "labels.format", "text"));
        StreamsService service = service(deployment)) {
      deployment.publish("v1");
      service.start();
      long time = System.currentTimeMillis() - 60_000;
      var unused =
          deployment.producer.send(
              new ProducerRecord<>(
                  deployment.topics.reviews(),
                  null,
                  time,
                  "r1".getBytes(UTF_8),
                  "a \"good\" kettle".getBytes(UTF_8)));
      deployment.write(deployment.topics.reviews(), "r2", " \n");
      deployment.write(deployment.topics.labels(), "r1", "positive\n");
      soon.until(() -> deployment.count(deployment.topics.gradedPredictions()) == 1);

      List<Prediction> predictions = new ArrayList<>();
      deployment.read(
          deployment.topics.predictions(), record -> predictions.add(prediction(record.value())));
      assertThat(predictions).hasSize(1);
      assertThat(predictions.get(0).reviewTimestamp().toEpochMilli()).isEqualTo(time);
      assertThat(deadLetters(deployment)).containsExactly(Map.entry("r2", "blank_text"));
    }
  }

  @Test
  void registryGoesAndComesThenNoReviewIsLostOrRejectedForIt() throws Exception {
    try (Deployment deployment =
            deployment(
                "avro",
                Map.of(
                    "reviews.format", "avro",
                    "labels.format", "avro",
                    "predictions.format", "avro"));
        StreamsService service = service(deployment)) {
      int known = registry.register("avro.reviews-value", SHOPS.toString());
      deployment.publish("v1");
      service.start();
      assertThat(registry.subjects())
          .containsExactly(
              "avro.predictions-value", "avro.reviews-value", "avro.shadow-predictions-value");
      for (int i = 0; i < 200; i++) {
        review(deployment, "a" + i, known);
      }
      soon.until(() -> deployment.count(deployment.topics.predictions()) == 200);

      registry.answerWith(503);
      int fresh =
          registry.register(
              "avro.reviews-value", SHOPS.toString().replace("com.shop", "com.shop.next"));
      for (int i = 0; i < 200; i++) {
        review(deployment, "b" + i, i % 2 == 0 ? known : fresh);
      }
      deployment.write(deployment.topics.reviews(), "bad", "{\"text\":\"good\"}");
      // It waits, ends its threads, and waits again: without end, and without a loss.
      soon.until(() -> service.notReady().isPresent());
      int asked = registry.asked();
      soon.until(() -> registry.asked() > asked);
      assertThat(service.hasEnded()).isFalse();
      assertThat(deployment.count(deployment.topics.deadLetters())).isLessThanOrEqualTo(1);

      registry.answerWith(200);
      review(deployment, "unknown", 9999);
      soon.until(
          () ->
              deployment.count(deployment.topics.predictions())
                      + deployment.count(deployment.topics.deadLetters())
                  == 402);

      assertThat(deadLetters(deployment))
          .containsExactly(Map.entry("bad", "not_avro"), Map.entry("unknown", "unknown_schema"));
      Map<String, Integer> answered = new TreeMap<>();
      deployment.read(
          deployment.topics.predictions(),
          record -> {
            GenericRecord prediction = registry.read(record.value());
            assertThat(prediction.get("label")).hasToString("positive");
            answered.merge(
                new String(record.headers().lastHeader(SourceHeaders.PARTITION).value(), UTF_8)
                    + "@"
                    + new String(record.headers().lastHeader(SourceHeaders.OFFSET).value(), UTF_8),
                1,
                Integer::sum);
          });
      assertThat(answered).hasSize(400).allSatisfy((place, times) -> assertThat(times).isOne());
    }
  }

  @Test
  void registryIsNotThereThenTheStartSaysSo() throws Exception {
    try (Deployment deployment = deployment("gone", Map.of("reviews.format", "avro"));
        StreamsService service = service(deployment)) {
      registry.close();

      assertThatThrownBy(service::start)
          .isInstanceOf(SchemaRegistryException.class)
          .hasMessageStartingWith("Cannot reach the schema registry at " + registry.url() + ": ");
    }
  }

  private static void review(Deployment deployment, String id, int schema) {
    GenericRecord record = new GenericData.Record(SHOPS);
    record.put("stars", 5);
    record.put("text", "a good kettle");
    var unused =
        deployment.producer.send(
            new ProducerRecord<>(
                deployment.topics.reviews(),
                id.getBytes(UTF_8),
                FakeSchemaRegistry.value(schema, SHOPS, record)));
  }

  private static Map<String, String> deadLetters(Deployment deployment) {
    Map<String, String> reasons = new TreeMap<>();
    deployment.read(
        deployment.topics.deadLetters(),
        record ->
            reasons.put(
                new String(record.key(), UTF_8),
                new String(record.headers().lastHeader(DeadLetterHeaders.REASON).value(), UTF_8)));
    return reasons;
  }

  private static Prediction prediction(byte[] value) {
    try {
      return Json.read(value, Prediction.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
