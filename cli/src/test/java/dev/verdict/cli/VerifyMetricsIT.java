package dev.verdict.cli;

import static dev.verdict.cli.CommandDeployment.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.verdict.cli.CommandDeployment.Ran;
import dev.verdict.contract.Json;
import dev.verdict.contract.Review;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The scores are those of the real app; what is wrong with the topics is put there afterwards. */
@Timeout(180)
class VerifyMetricsIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final List<String> LINES = List.of("kitchen", "outdoor", "garden", "tools");
  private static final int REVIEWS = 80;
  private static final String LAST = "reviews/all/last_20";

  private final Instant begin = Instant.now().minus(Duration.ofHours(5));

  @TempDir private Path folder;
  private CommandDeployment deployment;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    deployment =
        new CommandDeployment(
            folder,
            Map.of(
                "evaluation.windows", "last_20,1h,2h_by_1h",
                "evaluation.segments", "line",
                "evaluation.segment.values", "2",
                "evaluation.grace.ms", "21600000",
                "evaluation.interval.ms", "100",
                "retrain.window", "last_20",
                "retrain.min.labels", "20"));
    admin = Admin.create(deployment.settings.kafkaClient());
  }

  @AfterEach
  void stop() {
    admin.close();
    deployment.close();
  }

  @Test
  void nothingThereThenSaidInOneSentence() {
    assertRefused("No such evaluation of reviews has been published");
    assertRefused(
        "Topics [none.evaluations, none.graded-predictions, none.predictions] are missing at %s:"
                .formatted(deployment.options.get("bootstrap.servers"))
            + " was Verdict started there, with these names?",
        "-Dtopics.prefix=none.");
    assertRefused(
        "Topics [none.evaluations, none.graded-predictions] are missing at %s:"
                .formatted(deployment.options.get("bootstrap.servers"))
            + " was Verdict started there, with these names?",
        "--no-sources",
        "-Dtopics.prefix=none.");
    assertThat(verify("--window=hourly").err().trim())
        .startsWith("Invalid value hourly for option --window: a window is last_<labels>")
        .doesNotContain("\n");
    assertThat(verify("--window=hourly").status()).isEqualTo(2);
    assertRefused(
        "Invalid value kitchen for option --segment: must be <attribute>=<value>",
        "--segment=kitchen");
    assertRefused(
        "Invalid value -1 for option --since-offset: must be 0 or more", "--since-offset=-1");
  }

  @Test
  void scoresOfTheAppThenAllAgreeAndWhatIsForgedOrGoneIsNamed() throws Exception {
    TinyVersion.publish(deployment.settings, 1, Map.of());
    admin
        .createPartitions(Map.of(deployment.topics.evaluations(), NewPartitions.increaseTo(3)))
        .all()
        .get();
    appScores();

    String version = allAgree();
    filters(version);
    forgedFigure();
    tombstoneAndUnreadable();
    forgedLabels();
    forgedPredictions();
    gone();
  }

  /** Verified while it runs, too. */
  private void appScores() throws Exception {
    try (StreamsService service =
        new StreamsService(
            deployment.settings, new SimpleMeterRegistry(), StreamsListener.silent())) {
      service.start();
      label("early", "positive");
      label("nobody", "positive");
      for (int i = 0; i < REVIEWS; i++) {
        review("r" + i, i, begin.plus(Duration.ofMinutes(3L * i)));
        if (i < REVIEWS - 10) {
          label("r" + i, i % 3 == 0 ? "negative" : "positive");
        }
      }
      review("early", 0, begin.plus(Duration.ofMinutes(30)));
      awaitTotal(REVIEWS - 9);

      label("r5", "positive");
      label("r68", "negative");
      review("late", 1, begin.minus(Duration.ofHours(10)));
      label("late", "negative");
      awaitTotal(REVIEWS - 8);
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20; i++) {
          String id = "more-" + round + "-" + i;
          review(id, i, Instant.now());
          label(id, i % 2 == 0 ? "negative" : "positive");
        }
        Ran ran = verify();
        assertThat(ran.status()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out()).contains(", 0 differ, 0 not verifiable").contains("0 missing or");
      }
      awaitTotal(REVIEWS - 8 + 60);
      label("r69", "positive");
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(graded().stream().filter(each -> each.has("replaces")).toList())
                      .hasSizeGreaterThanOrEqualTo(2));
    }
  }

  /** Names the version too. */
  private String allAgree() throws IOException {
    Ran ran = verify();
    assertThat(ran.status()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.err()).isEmpty();
    JsonNode report = report(0);
    int count = report.get("evaluations").size();
    assertThat(report.get("agree").asInt()).isEqualTo(count).isGreaterThan(30);
    assertThat(report.get("differ").asInt() + report.get("not_verifiable").asInt()).isZero();
    assertThat(report.get("evaluations").findValuesAsText("outcome")).containsOnly("agrees");
    JsonNode sources = report.get("sources");
    // All, but perhaps the late one, which only the last 20 of its line may hold.
    assertThat(sources.get("labels").asInt()).isBetween(131, 132);
    assertThat(sources.get("predictions_found")).isEqualTo(sources.get("labels"));
    assertThat(sources.get("labels_found")).isEqualTo(sources.get("labels"));
    assertThat(sources.get("no_longer_kept").asInt()).isZero();

    JsonNode hour = Json.readTree(newest().get("reviews/all/1h").value());
    assertThat(hour.get("too_late").asInt()).as("else nothing was late").isPositive();
    return Json.readTree(deployment.read(deployment.topics.predictions()).get(0).value())
        .get("model_version")
        .asText();
  }

  private void filters(String version) throws IOException {
    assertThat(keys(report(0, "--no-sources", "--window=last_20")))
        .hasSize(5)
        .allMatch(key -> key.contains("/last_20"))
        .contains(LAST, "reviews/%s/last_20".formatted(version), LAST + "/line=other");
    assertThat(keys(report(0, "--no-sources", "--window=1h", "--version=" + version)))
        .containsExactly("reviews/%s/1h".formatted(version));
    assertThat(
            keys(report(0, "--no-sources", "--segment=line=other", "--version=all", "--window=1h")))
        .containsExactly("reviews/all/1h/line=other");
    assertThat(keys(report(0, "--no-sources", "--window=2h_by_1h", "--version=all")))
        .hasSizeGreaterThan(10)
        .allMatch(key -> key.startsWith("reviews/all/2h_by_1h/20"));
    assertThat(report(0, "--no-sources").has("sources")).isFalse();
    assertRefused("No such evaluation of reviews has been published", "--window=last_30");
    assertRefused("No such evaluation of reviews has been published", "--since-offset=1000000");
  }

  private void forgedFigure() throws Exception {
    ConsumerRecord<byte[], byte[]> honest = newest().get(LAST);
    ObjectNode forged = (ObjectNode) Json.readTree(honest.value());
    String was = forged.get("macro_f1").asText();
    publish(LAST, Json.write(forged.put("macro_f1", 0.99)));

    Ran ran = verify();
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out())
        .contains("  macro_f1 is 0.99, counted again " + was + "\n")
        .containsPattern(LAST + " +20 +0\\.9900 +" + was.substring(0, 5) + "\\d* +differs\n")
        .contains(", 1 differ, 0 not verifiable");
    JsonNode difference = report(1, "--window=last_20").findParent("figure").deepCopy();
    assertThat(difference)
        .isEqualTo(
            Json.readTree(
                bytes(
                    "{\"figure\":\"macro_f1\",\"published\":\"0.99\",\"recomputed\":\"%s\"}"
                        .formatted(was))));
    report(0, "--window=1h");
    publish(LAST, honest.value());
    report(0);
  }

  private void tombstoneAndUnreadable() throws Exception {
    int before = report(0).get("evaluations").size();
    publish("reviews/all/1h/line=other", null);
    // A time that no calendar here reckons with.
    ObjectNode far = (ObjectNode) Json.readTree(newest().get(LAST).value());
    publish("x", Json.write(far.put("latest_review", "+999999999-01-01T00:00:00Z")));
    publish("y", bytes("{broken"));

    Ran ran = verify("--json");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(Json.readTree(bytes(ran.out())).get("evaluations")).hasSize(before - 1);
    assertThat(ran.err()).contains("2 records could not be read and are left out");
  }

  /** The command reads another topic of labels, in which one is another and one is missing. */
  private void forgedLabels() throws Exception {
    for (String policy : List.of("delete", "compact")) {
      String topic = "labels-" + policy;
      make(topic, Map.of("cleanup.policy", policy));
      for (ConsumerRecord<byte[], byte[]> each : deployment.read(deployment.topics.labels())) {
        String id = new String(each.key(), UTF_8);
        if (!id.equals("r11")) {
          byte[] value = id.equals("r10") ? bytes("{\"label\":\"negative\"}") : each.value();
          deployment.write(new ProducerRecord<>(topic, null, each.timestamp(), each.key(), value));
        }
      }
    }
    Ran ran = verify("-Dtopic.labels=labels-delete");
    assertThat(ran.status()).as(ran.out()).isEqualTo(1);
    assertThat(ran.out())
        .contains("review r10: no label positive\n")
        .contains("review r11: no label positive\n")
        .contains(", 0 differ, 0 not verifiable")
        .contains("0 no longer kept, 2 missing or different");

    Ran compacted = verify("-Dtopic.labels=labels-compact");
    assertThat(compacted.status()).as(compacted.out()).isZero();
    assertThat(compacted.out()).contains("2 no longer kept, 0 missing or different");
  }

  /** The topic of predictions is made anew, in it one that is another and one missing. */
  private void forgedPredictions() throws Exception {
    String topic = deployment.topics.predictions();
    List<ConsumerRecord<byte[], byte[]>> predictions = deployment.read(topic);
    admin.deleteTopics(List.of(topic)).all().get();
    await().atMost(LONG).until(() -> !deployment.topicExists(topic));
    make(topic, Map.of());
    for (ConsumerRecord<byte[], byte[]> each : predictions) {
      ObjectNode value = (ObjectNode) Json.readTree(each.value());
      String id = new String(each.key(), UTF_8);
      if (id.equals("r12")) {
        value.put("label", "neither");
      }
      if (!id.equals("r13")) {
        deployment.write(new ProducerRecord<>(topic, each.key(), Json.write(value)));
      }
    }

    Ran ran = verify();
    assertThat(ran.status()).as(ran.out()).isEqualTo(1);
    assertThat(ran.out())
        .containsPattern("review r12: predicted neither, counted as (negative|positive)\n")
        .containsPattern("review r13: no prediction by v000001-\\w+ at 20")
        .contains("0 no longer kept, 2 missing or different");
    assertThat(report(1).get("sources").get("differences").findValuesAsText("id"))
        .containsExactlyInAnyOrder("r12", "r13");
  }

  /** What retention has taken away is not called wrong. */
  private void gone() throws Exception {
    deleteThrough(deployment.topics.predictions(), Long.MAX_VALUE);
    JsonNode sources = report(0).get("sources");
    assertThat(sources.get("no_longer_kept")).isEqualTo(sources.get("labels"));

    deleteThrough(deployment.topics.gradedPredictions(), graded().size() / 2);
    JsonNode half = report(0);
    assertThat(half.get("agree").asInt()).isPositive();
    assertThat(half.get("differ").asInt()).isZero();
    assertThat(half.get("not_verifiable").asInt()).isPositive();
    assertThat(report(0, "--window=last_20", "--version=all").findValuesAsText("outcome"))
        .contains("agrees");

    deleteThrough(deployment.topics.gradedPredictions(), Long.MAX_VALUE);
    Ran ran = verify();
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err())
        .contains(
            "No evaluation can be verified: graded-predictions no longer has what they count");
  }

  private void deleteThrough(String topic, long atMost) throws Exception {
    Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
    deployment.read(topic).stream()
        .filter(each -> each.offset() < atMost)
        .forEach(
            each ->
                deleted.merge(
                    new TopicPartition(topic, each.partition()),
                    RecordsToDelete.beforeOffset(each.offset() + 1),
                    (one, two) -> one.beforeOffset() > two.beforeOffset() ? one : two));
    admin.deleteRecords(deleted).all().get();
  }

  private void make(String topic, Map<String, String> configs)
      throws InterruptedException, ExecutionException {
    admin
        .createTopics(
            List.of(new NewTopic(topic, Optional.of(2), Optional.empty()).configs(configs)))
        .all()
        .get();
  }

  private void awaitTotal(int labels) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ConsumerRecord<byte[], byte[]> newest = newest().get(LAST);
              assertThat(newest).isNotNull();
              assertThat(Json.readTree(newest.value()).get("labels_total").asInt())
                  .isEqualTo(labels);
            });
  }

  private Map<String, ConsumerRecord<byte[], byte[]>> newest() {
    Map<String, ConsumerRecord<byte[], byte[]>> newest = new HashMap<>();
    deployment
        .read(deployment.topics.evaluations())
        .forEach(each -> newest.put(new String(each.key(), UTF_8), each));
    return newest;
  }

  private List<JsonNode> graded() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> each :
        deployment.read(deployment.topics.gradedPredictions())) {
      all.add(Json.readTree(each.value()));
    }
    return all;
  }

  private void publish(String key, byte[] value) throws InterruptedException {
    deployment.write(new ProducerRecord<>(deployment.topics.evaluations(), bytes(key), value));
  }

  private void review(String id, int number, Instant time) throws InterruptedException {
    Review review =
        new Review(
            number % 3 == 0 ? "a good kettle" : "a bad kettle so and so",
            Optional.of(time),
            Map.of("line", LINES.get(number % LINES.size())));
    deployment.write(
        new ProducerRecord<>(deployment.topics.reviews(), bytes(id), Json.write(review)));
  }

  private void label(String id, String label) throws InterruptedException {
    deployment.write(
        new ProducerRecord<>(
            deployment.topics.labels(), bytes(id), bytes("{\"label\":\"%s\"}".formatted(label))));
  }

  private Ran verify(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "verify-metrics";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return deployment.verdict(all);
  }

  private JsonNode report(int status, String... arguments) throws IOException {
    String[] all = new String[arguments.length + 1];
    all[0] = "--json";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Ran ran = verify(all);
    assertThat(ran.status()).as(ran.out() + ran.err()).isEqualTo(status);
    return Json.readTree(bytes(ran.out()));
  }

  private static List<String> keys(JsonNode report) {
    return report.get("evaluations").findValuesAsText("key");
  }

  private void assertRefused(String sentence, String... arguments) {
    Ran ran = verify(arguments);
    assertThat(ran.err().trim()).isEqualTo(sentence);
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
  }
}
