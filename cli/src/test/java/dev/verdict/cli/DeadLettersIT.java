package dev.verdict.cli;

import static dev.verdict.cli.CommandDeployment.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.cli.CommandDeployment.Ran;
import dev.verdict.contract.Json;
import dev.verdict.contract.ReplayHeader;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DeadLettersIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** A text that is too large to be copied, though its compressed record was taken. */
  private static final byte[] HUGE = bytes("{\"text\":\"" + "x".repeat(1_200_000) + "\"}");

  private final long hourAgo = Instant.now().minusSeconds(3600).toEpochMilli();

  @TempDir private Path folder;
  private CommandDeployment deployment;

  @BeforeEach
  void start() throws Exception {
    deployment = new CommandDeployment(folder, Map.of("dead.letter.max.bytes", "1100000"));
    TinyVersion.publish(deployment.settings, 1, Map.of());
  }

  @AfterEach
  void stop() {
    deployment.close();
  }

  @Test
  void rejectedThenListedThenReplayedOnceAndHeldWhenRejectedAgain() throws Exception {
    ProducerRecord<byte[], byte[]> bad = review(1, "bad", bytes("no\u001B[31mJSON\u202E"));
    bad.headers().add("trace", new byte[] {1, 2});
    deployment.write(bad);
    deployment.write(review(0, "huge", HUGE));
    deployment.write(review(0, "binary", new byte[] {(byte) 0xC3, 0x28}));
    deployment.write(
        new ProducerRecord<>(
            deployment.topics.labels(), bytes("r1"), bytes("{\"label\":\"great\"}")));
    deployment.write(
        new ProducerRecord<>(deployment.topics.deadLetters(), bytes("x"), bytes("foreign")));

    try (StreamsService service =
        new StreamsService(
            deployment.settings, new SimpleMeterRegistry(), StreamsListener.silent())) {
      service.start();
      awaitLetters(5);

      lists();
      replaysOnce();

      // All but the label come back as letters of their own.
      awaitLetters(8);
      assertThat(deployment.verdict("dead-letters", "replay", "--topic=reviews").out())
          .contains(
              "0 replayed, 3 already replayed,"
                  + " 3 held back: rejected again after a replay (--again: up to 1 times),"
                  + " 0 not replayable");
      assertThat(
              deployment.verdict("dead-letters", "replay", "--again=2", "--reason=not_utf8").out())
          .contains("1 replayed, 1 already replayed, 0 held");
      awaitLetters(9);
      assertThat(deployment.verdict("dead-letters", "replay", "--reason=unknown_label").out())
          .contains("1 replayed, 0 already replayed");
    }
  }

  private void lists() throws IOException {
    Ran list = deployment.verdict("dead-letters", "list");
    assertThat(list.status()).as(list.err()).isZero();
    assertThat(list.out())
        .contains("reviews-1@0  decode  not_json")
        .contains("no\\u{1b}[31mJSON\\u{202e}")
        .doesNotContain("\u001B")
        .containsPattern(
            "reviews-0@0  decode  text_too_large .* \\(12000\\d\\d bytes, in its topic")
        .contains("5 dead letters\n")
        .containsPattern(" 1  decode  unknown_label\n");

    Ran json = deployment.verdict("dead-letters", "list", "--json", "--reason", "not_utf8");
    JsonNode letter = Json.readTree(bytes(json.out()));
    assertThat(letter.get("key").asText()).isEqualTo("binary");
    assertThat(letter.get("value_base64").asText()).isEqualTo("wyg=");
    assertThat(letter.get("source").get("offset").asLong()).isEqualTo(1);
    assertThat(json.err()).contains("1 dead letters");

    assertThat(deployment.verdict("dead-letters", "list", "--from=30m").out())
        .doesNotContain("reviews-1@0")
        .contains("unknown_label");
  }

  private void replaysOnce() {
    Ran dry = deployment.verdict("dead-letters", "replay", "--dry-run");
    assertThat(dry.out())
        .contains("Dry run, nothing is written: 4 would be replayed")
        .contains("1 not replayable");
    assertThat(deployment.read(deployment.topics.reviews())).hasSize(3);

    Ran replay = deployment.verdict("dead-letters", "replay", "--topic=reviews");
    assertThat(replay.status()).as(replay.err()).isZero();
    assertThat(replay.out()).contains("3 replayed, 0 already replayed, 0 held");
    assertThat(deployment.verdict("dead-letters", "replay", "--stage=decode", "--dry-run").out())
        .as("letters that the filter left out stay replayable")
        .contains("1 would be replayed");

    List<ConsumerRecord<byte[], byte[]>> back =
        deployment.read(deployment.topics.reviews()).stream()
            .filter(record -> ReplayHeader.count(record.headers()) > 0)
            .toList();
    assertThat(back).hasSize(3);
    ConsumerRecord<byte[], byte[]> bad = byKey(back, "bad");
    assertThat(bad.partition()).isEqualTo(1);
    assertThat(bad.timestamp()).isEqualTo(hourAgo);
    assertThat(bad.value()).isEqualTo(bytes("no\u001B[31mJSON\u202E"));
    assertThat(bad.headers().toArray())
        .extracting(Header::key)
        .containsExactly("trace", ReplayHeader.NAME);
    assertThat(byKey(back, "huge").value()).isEqualTo(HUGE);
  }

  private void awaitLetters(int count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(deployment.read(deployment.topics.deadLetters())).hasSize(count));
  }

  private ProducerRecord<byte[], byte[]> review(int partition, String id, byte[] value) {
    return new ProducerRecord<>(deployment.topics.reviews(), partition, hourAgo, bytes(id), value);
  }

  private static ConsumerRecord<byte[], byte[]> byKey(
      List<ConsumerRecord<byte[], byte[]>> records, String key) {
    return records.stream()
        .filter(record -> Arrays.equals(record.key(), bytes(key)))
        .findFirst()
        .orElseThrow();
  }
}
