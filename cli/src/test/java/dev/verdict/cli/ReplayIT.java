package dev.verdict.cli;

import static dev.verdict.cli.CommandDeployment.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.verdict.cli.CommandDeployment.Ran;
import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.Review;
import dev.verdict.contract.SourceHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ReplayIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int REVIEWS = 600;

  private final Instant day = Instant.now().minus(Duration.ofDays(2));

  @TempDir private Path folder;
  private CommandDeployment deployment;
  private ModelManifest first;
  private ModelManifest second;

  @BeforeEach
  void start() throws Exception {
    deployment = new CommandDeployment(folder, Map.of());
    first = TinyVersion.publish(deployment.settings, 1, Map.of(0, 4L));
    second = TinyVersion.publish(deployment.settings, 2, Map.of());
  }

  @AfterEach
  void stop() {
    deployment.close();
  }

  @Test
  void rangeAndVersionThenItsReviewsAlonePredictedAsTheStreamDoesAndTheRestRefused()
      throws Exception {
    for (int i = 0; i < 20; i++) {
      write(0, "r" + i, day.plusSeconds(i), review(i));
    }
    byte[] noKey = null;
    deployment.write(
        new ProducerRecord<>(
            deployment.topics.reviews(), 1, day.plusSeconds(5).toEpochMilli(), noKey, review(20)));
    write(1, "bad", day.plusSeconds(6), bytes("oops"));
    deployment.write(
        new ProducerRecord<>(
            deployment.topics.reviews(), 1, day.plusSeconds(7).toEpochMilli(), bytes("r0"), noKey));

    Ran ran =
        replay(
            "--from=" + day.plusSeconds(2),
            "--to=" + day.plusSeconds(10),
            "--model=previous",
            "--output=again");

    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains(
            "9 predicted by %s into again, 1 rejected (not_json 1), 1 tombstones, 0 older"
                .formatted(first.version()));
    List<ConsumerRecord<byte[], byte[]>> records = deployment.read("again");
    assertThat(records).hasSize(9);
    assertThat(records.stream().filter(each -> each.partition() == 0).map(ReplayIT::key))
        .as("in the reviews' order")
        .containsExactly("r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9");
    ConsumerRecord<byte[], byte[]> withoutKey =
        records.stream().filter(each -> each.partition() == 1).findFirst().orElseThrow();
    assertThat(key(withoutKey)).isEqualTo("reviews-1-0");
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Prediction prediction = Json.read(record.value(), Prediction.class);
      long offset = offset(record);
      assertThat(prediction.modelVersion()).isEqualTo(first.version());
      assertThat(prediction.seenInTraining()).isEqualTo(record.partition() == 0 && offset <= 4);
      assertThat(prediction.reviewTimestamp().toEpochMilli()).isEqualTo(record.timestamp());
      assertThat(TinyVersion.LABELS).contains(prediction.label());
    }
    assertThat(deployment.read(deployment.topics.predictions())).isEmpty();
    assertThat(deployment.read(deployment.topics.deadLetters())).isEmpty();

    Ran byOffsets =
        replay("--from-offsets=0:18,1:3", "--to-offsets=0:19", "--output=last", "--group=mine");
    assertThat(byOffsets.out()).contains("1 predicted by " + second.version() + " into last");
    refusesWhatCannotBe();
  }

  @Test
  void killedHalfWayThenTheNextRunGoesOnAndEveryReviewHasOnePrediction() throws Exception {
    for (int i = 0; i < REVIEWS; i++) {
      write(i % 2, "r" + i, day.plusMillis(i), review(i));
    }
    Map<String, String> slow = new HashMap<>(deployment.options);
    slow.put("batch.max.rows", "1");
    Path log = Path.of("target", "replay-killed.log");
    Files.deleteIfExists(log);

    try (VerdictProcess process =
        VerdictProcess.start(log, List.of("replay", "--from=7d", "--output=again"), slow)) {
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> topicExists() && deployment.read("again").size() > 20);
      process.kill();
    }
    int done = deployment.read("again").size();
    write(0, "late", Instant.now(), review(0));
    assertThat(replay("--from=7d", "--model=previous", "--output=again").err())
        .contains("Group verdict-reviews-replay-again has begun another replay");
    Ran rest = replay("--from=7d", "--output=again");

    assertThat(done).as("killed too late to tell").isLessThan(REVIEWS);
    assertThat(rest.status()).as(rest.err()).isZero();
    assertThat(rest.out()).contains("earlier runs had done those");
    List<String> places = new ArrayList<>();
    deployment.read("again").forEach(each -> places.add(each.partition() + "@" + offset(each)));
    assertThat(places).hasSize(REVIEWS).doesNotHaveDuplicates();
    assertThat(replay("--from=7d", "--output=again").out()).contains("0 predicted");
  }

  private void refusesWhatCannotBe() {
    assertRefused(
        "Invalid value v9 for option --model: must be one of champion (%s), previous (%s), %s, %s"
            .formatted(second.version(), first.version(), first.version(), second.version()),
        "--model=v9",
        "--output=again");
    for (String own : List.of("reviews", "labels", "predictions", "replayed-dead-letters")) {
      assertRefused(
          "Invalid value %s for option --output: must be a topic that Verdict does not use itself"
              .formatted(own),
          "--output=" + own);
    }
    assertRefused(
        "Invalid value verdict-reviews for option --group: must be a group that Verdict does not"
            + " use itself",
        "--output=again",
        "--group=verdict-reviews");
    assertRefused(
        "Partitions [7] are not among the 2 of reviews",
        "--output=elsewhere",
        "--from-offsets=7:1");
    assertThat(deployment.topicExists("elsewhere")).isFalse();
  }

  private void assertRefused(String sentence, String... arguments) {
    Ran ran = replay(arguments);
    assertThat(ran.err().trim()).isEqualTo(sentence);
    assertThat(ran.status()).isEqualTo(2);
  }

  private Ran replay(String... arguments) {
    List<String> all = new ArrayList<>(List.of("replay"));
    all.addAll(List.of(arguments));
    return deployment.verdict(all.toArray(new String[0]));
  }

  private boolean topicExists() {
    return deployment.topicExists("again");
  }

  private void write(int partition, String id, Instant time, byte[] value)
      throws InterruptedException {
    deployment.write(
        new ProducerRecord<>(
            deployment.topics.reviews(), partition, time.toEpochMilli(), bytes(id), value));
  }

  private static byte[] review(int number) {
    return Json.write(
        new Review(
            number % 3 == 0 ? "a good kettle" : "a bad kettle so and so",
            Optional.empty(),
            Map.of()));
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }

  private static long offset(ConsumerRecord<byte[], byte[]> record) {
    return Long.parseLong(
        DeadLetterHeaders.value(record.headers(), SourceHeaders.OFFSET).orElseThrow());
  }
}
