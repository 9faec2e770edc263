package dev.verdict.cli;

import static dev.verdict.cli.CommandDeployment.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.CommandDeployment.Ran;
import dev.verdict.contract.Decision;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.registry.RegistryState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
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

@Timeout(120)
class RegistryVerbsIT {
  private static final Decision WHY =
      new Decision("canary", "challenger", "v2", "is better", Map.of(), Instant.EPOCH);
  private static final String FIRST = "v000001-00000000";
  private static final String SECOND = "v000002-00000000";
  private static final String THIRD = "v000003-00000000";

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
  void nothingIsPublishedThenRefusedInOneSentence() {
    refused("No version of reviews is published yet", "promote", "@challenger");
    refused("No version of reviews is published yet", "rollback");
    refused("No version of reviews is pinned", "unpin");
  }

  @Test
  void challengerIsPromotedThenRolledBackThenPinnedEachWithItsDecision() throws Exception {
    write(RegistryRecords.publish(registry(), manifest(FIRST, 1), Optional.empty()));
    refused("There is no version before " + FIRST + " to roll back to", "rollback");
    write(RegistryRecords.challenge(registry(), manifest(SECOND, 2)));
    refused(FIRST + " is the champion already", "promote", FIRST);
    refused(
        "Invalid value v9 for VERSION: must be one of @challenger (%s), @champion (%s), %s, %s"
            .formatted(SECOND, FIRST, SECOND, FIRST),
        "promote",
        "v9");

    assertThat(ran("promote", "@challenger", "--reason", "better by far"))
        .isEqualTo(
            """
            @challenger %2$s -> none
            @champion   %1$s -> %2$s
            @previous   none -> %1$s
            """
                .formatted(FIRST, SECOND));
    assertThat(aliases()).isEqualTo(Map.of("champion", SECOND, "previous", FIRST));

    assertThat(ran("rollback"))
        .isEqualTo(
            """
            @champion   %2$s -> %1$s
            @previous   %1$s -> %2$s
            """
                .formatted(FIRST, SECOND));

    assertThat(ran("pin", SECOND)).contains("@pinned     none -> " + SECOND);
    refused(SECOND + " is pinned already", "pin", SECOND);
    refused(SECOND + " is pinned: unpin it first, or pin the other version", "promote", FIRST);
    refused(SECOND + " is pinned: unpin it first, or pin the other version", "rollback");
    assertThat(aliases())
        .isEqualTo(Map.of("champion", SECOND, "previous", FIRST, "pinned", SECOND));
    assertThat(ran("unpin")).isEqualTo("@pinned     %s -> none%n".formatted(SECOND));

    List<Decision> decisions = decisions();
    assertThat(decisions.stream().map(each -> each.decision() + " " + each.modelVersion()))
        .containsExactly(
            "promote " + SECOND, "rollback " + FIRST, "pin " + SECOND, "unpin " + SECOND);
    assertThat(decisions).allMatch(each -> each.rule().equals("manual"));
    assertThat(decisions.get(0).reason())
        .isEqualTo("by " + System.getProperty("user.name") + ": better by far");
  }

  @Test
  void canaryIsUnderWayThenPromoteConfirmsItAndRollbackEndsIt() throws Exception {
    write(RegistryRecords.publish(registry(), manifest(FIRST, 1), Optional.empty()));
    write(RegistryRecords.challenge(registry(), manifest(SECOND, 2)));
    write(RegistryRecords.promoteToCanary(registry(), "reviews", FIRST, SECOND, WHY));

    assertThat(ran("promote", "@champion")).isEqualTo("@canary     %s -> none%n".formatted(SECOND));
    assertThat(decisions().get(0).decision()).isEqualTo("confirm");

    write(RegistryRecords.challenge(registry(), manifest(THIRD, 3)));
    write(RegistryRecords.promoteToCanary(registry(), "reviews", SECOND, THIRD, WHY));
    assertThat(ran("rollback")).contains("@canary     %s -> none%n".formatted(THIRD));
    assertThat(aliases()).isEqualTo(Map.of("champion", SECOND, "previous", THIRD));
  }

  @Test
  void topicsAreMissingThenOneSentence() {
    Ran ran = deployment.verdict("rollback", "-Dtopics.prefix=nowhere.");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err().lines()).singleElement().asString().contains("nowhere.model-registry");
  }

  private String ran(String... arguments) {
    Ran ran = deployment.verdict(arguments);
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran.out();
  }

  private void refused(String sentence, String... arguments) {
    Ran ran = deployment.verdict(arguments);
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err().trim()).isEqualTo(sentence);
    assertThat(ran.out()).isEmpty();
  }

  private String registry() {
    return deployment.topics.modelRegistry();
  }

  private void write(List<ProducerRecord<byte[], byte[]>> records) throws InterruptedException {
    for (ProducerRecord<byte[], byte[]> record : records) {
      deployment.write(record);
    }
  }

  private Map<String, String> aliases() {
    try (RegistryReader reader =
        new RegistryReader(deployment.settings.kafkaClient(), registry(), "reviews")) {
      RegistryState state = reader.readToEnd();
      return state.aliases();
    }
  }

  private List<Decision> decisions() throws IOException {
    List<Decision> decisions = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : deployment.read(deployment.topics.decisions())) {
      assertThat(record.key()).isEqualTo(bytes("reviews"));
      decisions.add(Json.read(record.value(), Decision.class));
    }
    return decisions;
  }

  private static ModelManifest manifest(String version, long number) {
    return new ModelManifest(
        "reviews",
        version,
        number,
        "none",
        "none",
        List.of("negative", "positive"),
        "scratch:tiny",
        Optional.empty(),
        "test",
        Map.of(),
        Map.of(),
        Instant.EPOCH);
  }
}
