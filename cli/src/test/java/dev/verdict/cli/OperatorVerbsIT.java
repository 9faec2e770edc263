package dev.verdict.cli;

import static dev.verdict.cli.CommandDeployment.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.cli.CommandDeployment.Ran;
import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.avro.testing.FakeSchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class OperatorVerbsIT {
  @TempDir private Path folder;
  private CommandDeployment deployment;

  @BeforeEach
  void start() throws Exception {
    deployment = new CommandDeployment(folder, Map.of());
  }

  @AfterEach
  void stop() {
    deployment.close();
  }

  @Test
  void fileIsProducedThenReviewsLabelsAndIdsAndWhatIsFaultyIsNamed() throws Exception {
    Path file = folder.resolve("reviews.jsonl");
    Files.writeString(
        file,
        """
        {"id": "a", "text": "quiet", "label": "positive", "attributes": {"line": "kettles"}}
        {"text": "  "}
        {"text": "loud", "label": "negative"}
        {"id": "c", "text": "odd"}
        """);

    Ran ran = deployment.verdict("produce", "--labels", "--print-ids", file.toString());

    assertThat(ran.status()).as(ran.err()).isEqualTo(1);
    List<String> ids = ran.out().lines().toList();
    assertThat(ids).hasSize(3).startsWith("a").endsWith("c");
    assertThat(ran.err())
        .contains(file + " line 2: text is blank, must hold something to classify")
        .contains("3 reviews, 2 labels written in")
        .contains("1 lines could not be used and are left out");
    Map<String, JsonNode> reviews = values(deployment.topics.reviews());
    assertThat(reviews.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(reviews.get("a").toString())
        .isEqualTo("{\"text\":\"quiet\",\"attributes\":{\"line\":\"kettles\"}}");
    Map<String, JsonNode> labels = values(deployment.topics.labels());
    assertThat(labels.keySet()).containsExactlyInAnyOrder("a", ids.get(1));
    assertThat(labels.get("a").path("label").asText()).isEqualTo("positive");
    assertThat(labels.get("a").path("source").asText()).isEqualTo("verdict-produce");
  }

  @Test
  void tableIsBrokenThenWhatStandsBeforeIsWrittenAndTold() throws Exception {
    Path file = folder.resolve("reviews.csv");
    Files.writeString(file, "id,text,stars\n1,good,5\n2,bad,1,0\n3,odd,2\n");

    Ran ran = deployment.verdict("produce", "--labels", "--label-column", "stars", file.toString());

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err())
        .contains("1 reviews, ")
        .contains(file + " line 3: has 4 fields, must have 3 as the header");
    assertThat(values(deployment.topics.reviews()).keySet()).containsExactly("1");
  }

  @Test
  void reviewsAreGeneratedThenAtTheirRateWithLabelsAfterTheirDelay() throws Exception {
    long start = System.nanoTime();
    Ran ran =
        deployment.verdict(
            "produce",
            "--generate",
            "100",
            "--rate",
            "50",
            "--label-delay",
            "0.5",
            "--seed",
            "3",
            "--before-drift",
            "60");
    double seconds = (System.nanoTime() - start) / 1e9;

    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("100 reviews, 100 labels written in");
    // The last of 100 goes after 99 intervals of 20 ms, but for the slack, and its label later.
    assertThat(seconds).isGreaterThan(2.4);
    assertThat(
            values(deployment.topics.reviews()).values().stream()
                .collect(
                    Collectors.groupingBy(
                        each -> each.at("/attributes/domain").asText(), Collectors.counting())))
        .isEqualTo(Map.of("kitchen", 60L, "outdoor", 40L));
    assertThat(values(deployment.topics.labels())).hasSize(100);

    Ran without = deployment.verdict("produce", "--generate", "3", "--no-labels", "--seed", "4");
    assertThat(without.err()).contains("3 reviews written in");
    assertThat(values(deployment.topics.labels())).hasSize(100);
  }

  @Test
  void formatsAreAvroThenWrittenAndShownLikeAnyOther() throws Exception {
    try (FakeSchemaRegistry registry = new FakeSchemaRegistry()) {
      List<String> avro =
          List.of(
              "-Dreviews.format=avro",
              "-Dlabels.format=avro",
              "-Dpredictions.format=avro",
              "-Dschema.registry.timeout.ms=1000",
              "-Dschema.registry.url=" + registry.url());
      Path file = folder.resolve("reviews.jsonl");
      Files.writeString(file, "{\"id\": \"a\", \"text\": \"quiet\", \"label\": \"positive\"}\n");

      Ran ran = verdict(avro, "produce", "--labels", file.toString());

      assertThat(ran.status()).as(ran.err()).isZero();
      assertThat(registry.subjects())
          .containsExactly(
              deployment.topics.labels() + "-value", deployment.topics.reviews() + "-value");
      assertThat(verdict(avro, "tail", "reviews", "--no-follow").out()).contains("a  quiet");
      JsonNode label =
          Json.readTree(bytes(verdict(avro, "tail", "labels", "--no-follow", "--json").out()));
      assertThat(label.at("/value/label").asText()).isEqualTo("positive");
      assertThat(verdict(avro, "doctor").out())
          .contains("schema registry  " + registry.url() + " answers; the streams app registers");

      registry.answerWith(500);
      assertThat(verdict(avro, "doctor").out())
          .contains("fail  schema registry  Cannot reach the schema registry at " + registry.url());
      Ran silent = verdict(avro, "produce", file.toString());
      assertThat(silent.status()).isEqualTo(2);
      assertThat(silent.err().lines())
          .containsExactly(
              "Cannot reach the schema registry at %s: it answers with not now"
                  .formatted(registry.url()));
    }
  }

  private Ran verdict(List<String> settings, String... arguments) {
    return deployment.verdict(
        Stream.concat(Stream.of(arguments), settings.stream()).toArray(String[]::new));
  }

  @Test
  void topicIsReadThenTheLastOfAllPartitionsOrAllSinceATime() throws Exception {
    Instant begin = Instant.parse("2026-01-05T12:00:00Z");
    for (int i = 0; i < 40; i++) {
      write(
          deployment.topics.predictions(),
          i % 2,
          begin.plusSeconds(i),
          "r-" + i,
          "{\"label\":\"positive\",\"probability\":0.9,\"model_version\":\"v1\"}");
    }

    assertThat(tail("predictions", "-n", "3"))
        .containsExactly(
            "2026-01-05T12:00:37.000Z  r-37  positive  90.0%  v1",
            "2026-01-05T12:00:38.000Z  r-38  positive  90.0%  v1",
            "2026-01-05T12:00:39.000Z  r-39  positive  90.0%  v1");
    assertThat(tail("predictions")).hasSize(10);
    assertThat(tail("predictions", "-n", "0")).isEmpty();
    assertThat(tail("predictions", "--from", "beginning")).hasSize(40);
    assertThat(tail("predictions", "--from", "2026-01-05T12:00:30Z")).hasSize(10);
    assertThat(tail("predictions", "--from", "beginning", "--count", "7")).hasSize(7);
    assertThat(tail("evaluations")).isEmpty();
    JsonNode last = Json.readTree(bytes(tail("predictions", "-n", "1", "--json").get(0)));
    assertThat(last.path("key").asText()).isEqualTo("r-39");
    assertThat(last.at("/value/model_version").asText()).isEqualTo("v1");

    CompletableFuture<Ran> following =
        CompletableFuture.supplyAsync(
            () -> deployment.verdict("tail", "predictions", "-n", "1", "--count", "2"));
    while (!following.isDone()) {
      // Until it follows, and one more comes after that.
      write(deployment.topics.predictions(), 0, Instant.now(), "new", "{\"label\":\"negative\"}");
    }
    assertThat(following.get().out().lines().toList()).hasSize(2).last().asString().contains("new");
  }

  @Test
  void versionsArePublishedThenListedAndOneShownWhole() throws Exception {
    assertThat(deployment.verdict("models").out())
        .isEqualTo("No version of reviews is published yet%n".formatted());
    ModelManifest first = TinyVersion.publish(deployment.settings, 1, Map.of(0, 5L));
    ModelManifest second = TinyVersion.publish(deployment.settings, 2, Map.of());

    List<String> table = deployment.verdict("models").out().lines().toList();
    assertThat(table).hasSize(3);
    assertThat(table.get(1)).startsWith(first.version()).contains("@previous").contains("MiB");
    assertThat(table.get(2)).startsWith(second.version()).contains("@champion");

    JsonNode document = Json.readTree(bytes(deployment.verdict("models", "--json").out()));
    assertThat(document.at("/aliases/champion").asText()).isEqualTo(second.version());
    assertThat(document.path("versions")).hasSize(2);
    assertThat(document.at("/versions/0/weights_sha256").asText())
        .startsWith(first.version().substring(8));

    Ran details = deployment.verdict("models", "@previous");
    assertThat(details.out())
        .contains(first.version())
        .contains("trained through   0:5")
        .contains("negative, positive");
    Ran none = deployment.verdict("models", "v9");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err().trim())
        .isEqualTo(
            "Invalid value v9 for parameter VERSION: must be a published version or an alias"
                + " (@champion, @previous)");
  }

  @Test
  void retrainIsAskedForThenTheRunIsFollowedToItsEnd() throws Exception {
    Ran written = deployment.verdict("retrain", "--reason", "new catalogue", "--request-id", "x");
    assertThat(written.out().trim()).isEqualTo("x");
    ConsumerRecord<byte[], byte[]> record =
        deployment.read(deployment.topics.retrainRequests()).get(0);
    assertThat(record.key()).isEqualTo(bytes("reviews"));
    RetrainRequest request = Json.read(record.value(), RetrainRequest.class);
    assertThat(request.requestId()).isEqualTo("x");
    assertThat(request.trigger()).isEqualTo(RetrainRequest.Trigger.MANUAL);
    assertThat(request.reason())
        .contains("by %s: new catalogue".formatted(System.getProperty("user.name")));

    assertThat(waitFor("published").status()).isZero();
    Ran rejected = waitFor("rejected");
    assertThat(rejected.status()).isEqualTo(1);
    assertThat(rejected.err()).contains("running: step").contains("rejected: so it is");

    Ran late = deployment.verdict("retrain", "--reason", "r", "--wait", "--timeout", "1");
    assertThat(late.status()).isEqualTo(1);
    assertThat(late.err()).contains("Not answered within 1 s; the request stays");
  }

  /** Answers the request as a trainer would. */
  private Ran waitFor(String state) throws Exception {
    CompletableFuture<Ran> waiting =
        CompletableFuture.supplyAsync(
            () ->
                deployment.verdict(
                    "retrain",
                    "--reason",
                    "r",
                    "--request-id",
                    state,
                    "--wait",
                    "--timeout",
                    "60"));
    while (deployment.read(deployment.topics.retrainRequests()).stream()
        .noneMatch(
            each ->
                new String(each.value(), StandardCharsets.UTF_8).contains("\"" + state + "\""))) {
      assertThat(waiting).isNotDone();
    }
    for (String each : List.of("running", state)) {
      write(
          deployment.topics.trainingRuns(),
          0,
          Instant.now(),
          "run",
          "{\"run_id\":\"run\",\"request_id\":\"%s\",\"state\":\"%s\",\"detail\":\"%s\"}"
              .formatted(state, each, each.equals("running") ? "step" : "so it is"));
    }
    return waiting.get();
  }

  @Test
  void topicsAreMissingOrWrongThenCheckNamesAllAndCreateMakesThem() throws Exception {
    Ran right = deployment.verdict("topics", "check");
    assertThat(right.status()).as(right.out()).isZero();
    assertThat(right.out().trim()).isEqualTo("13 topics are as they must be");

    String prefix = "-Dtopics.prefix=shop.";
    Ran missing = deployment.verdict("topics", "check", prefix);
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.out().lines()).hasSize(11).contains("Topic shop.predictions is missing");
    assertThat(deployment.topicExists("shop.predictions")).isFalse();

    Ran made = deployment.verdict("topics", "create", prefix, "-Dtopics.create=false");
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.out().lines())
        .hasSize(12)
        .contains("made shop.predictions, 2 partitions")
        .last()
        .isEqualTo("13 topics are as they must be");
    assertThat(deployment.topicExists("shop.predictions")).isTrue();

    configure("shop.model-registry", "cleanup.policy", "delete");
    configure("shop.dead-letters", "max.message.bytes", "1000");
    Ran wrong = deployment.verdict("topics", "check", prefix);
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.out().lines()).hasSize(2);
    assertThat(wrong.out())
        .contains("Topic shop.model-registry has cleanup.policy delete, must be compact")
        .contains("Topic shop.dead-letters has max.message.bytes 1000");
  }

  @Test
  void deploymentIsExaminedThenEachCheckSaysWhatItSaw() throws Exception {
    JsonNode fresh = doctor(0);
    assertThat(level(fresh, "kafka")).isEqualTo("ok");
    assertThat(level(fresh, "topics")).isEqualTo("ok");
    assertThat(level(fresh, "partitions")).isEqualTo("ok");
    assertThat(level(fresh, "rights")).isEqualTo("ok");
    assertThat(level(fresh, "group")).isEqualTo("warn");
    assertThat(level(fresh, "champion")).isEqualTo("warn");
    assertThat(level(fresh, "dead letters")).isEqualTo("ok");
    assertThat(level(fresh, "evaluations")).isEqualTo("warn");
    assertThat(level(fresh, "clock")).isEqualTo("skip");

    ModelManifest version = TinyVersion.publish(deployment.settings, 1, Map.of());
    write(
        deployment.topics.evaluations(),
        0,
        Instant.now(),
        "reviews/all/last_1000",
        "{\"evaluated_at\":\"%s\"}".formatted(Json.time(Instant.now())));
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            deployment.topics.deadLetters(),
            0,
            Instant.now().toEpochMilli(),
            bytes("k"),
            bytes("x"));
    DeadLetterHeaders.add(
        letter.headers(),
        "reviews",
        0,
        0,
        Instant.now().toEpochMilli(),
        new RejectedException(Stage.DECODE, Reason.NOT_JSON, "value is not JSON"));
    deployment.write(letter);
    JsonNode running = doctor(0);
    assertThat(level(running, "champion")).isEqualTo("ok");
    assertThat(message(running, "champion"))
        .contains(version.version() + " has the hashes of the registry");
    assertThat(message(running, "dead letters"))
        .isEqualTo("1 of records of the last hour: not_json 1");
    assertThat(level(running, "evaluations")).isEqualTo("ok");
    assertThat(level(running, "clock")).isEqualTo("ok");

    Path weights =
        folder.resolve("checkpoints").resolve(version.path()).resolve("model.safetensors");
    Files.write(weights, new byte[] {1});
    JsonNode broken = doctor(1);
    assertThat(level(broken, "champion")).isEqualTo("fail");
    assertThat(message(broken, "champion")).contains("model.safetensors differs");

    Ran lines = deployment.verdict("doctor", "-Dtopics.prefix=nowhere.");
    assertThat(lines.status()).isEqualTo(1);
    assertThat(lines.out().lines())
        .anyMatch(
            line -> line.startsWith("fail  topics        Topic nowhere.predictions is missing"))
        .anyMatch(line -> line.startsWith("skip  champion"));
    assertThat(lines.out()).doesNotContain("\u001B");
  }

  @Test
  void topicOrBrokerIsMissingThenOneSentenceEach() {
    for (List<String> verb :
        List.of(
            List.of("produce", "--generate", "1"),
            List.of("tail", "decisions"),
            List.of("models"),
            List.of("retrain", "--reason", "r"))) {
      List<String> arguments = new ArrayList<>(verb);
      arguments.addAll(
          List.of(
              "-Dtopics.prefix=nowhere.",
              "-Dtopic.reviews=nowhere.reviews",
              "-Dtopic.labels=nowhere.labels"));
      Ran ran = deployment.verdict(arguments.toArray(new String[0]));
      assertThat(ran.status()).as(ran.err()).isEqualTo(2);
      assertThat(ran.err().lines())
          .singleElement()
          .asString()
          .startsWith("Topics [nowhere.")
          .contains("missing at");
    }
  }

  private JsonNode doctor(int status) throws Exception {
    Ran ran = deployment.verdict("doctor", "--json");
    assertThat(ran.status()).as(ran.out() + ran.err()).isEqualTo(status);
    return Json.readTree(bytes(ran.out())).path("checks");
  }

  private static String level(JsonNode checks, String name) {
    return find(checks, name).path("level").asText();
  }

  private static String message(JsonNode checks, String name) {
    return find(checks, name).path("message").asText();
  }

  private static JsonNode find(JsonNode checks, String name) {
    for (JsonNode each : checks) {
      if (each.path("check").asText().equals(name)) {
        return each;
      }
    }
    throw new AssertionError("No check " + name + " in " + checks);
  }

  private List<String> tail(String... arguments) {
    List<String> all = new ArrayList<>(List.of("tail"));
    all.addAll(List.of(arguments));
    all.add("--no-follow");
    Ran ran = deployment.verdict(all.toArray(new String[0]));
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran.out().lines().toList();
  }

  private void write(String topic, int partition, Instant at, String key, String value)
      throws InterruptedException {
    deployment.write(
        new ProducerRecord<>(topic, partition, at.toEpochMilli(), bytes(key), bytes(value)));
  }

  private void configure(String topic, String key, String value) throws Exception {
    try (Admin admin = Admin.create(deployment.settings.kafkaClient())) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private Map<String, JsonNode> values(String topic) throws Exception {
    Map<String, JsonNode> values = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : deployment.read(topic)) {
      values.put(new String(record.key(), StandardCharsets.UTF_8), Json.readTree(record.value()));
    }
    return values;
  }
}
