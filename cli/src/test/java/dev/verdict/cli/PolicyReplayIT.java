package dev.verdict.cli;

import static dev.verdict.cli.CommandDeployment.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.cli.CommandDeployment.Ran;
import dev.verdict.contract.Json;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.RetrainRequest.Trigger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PolicyReplayIT {
  private static final Instant START = Instant.parse("2026-01-05T12:00:00Z");
  private static final String REQUEST = "f1-v1-600";

  @TempDir private Path folder;

  private static void write(
      CommandDeployment deployment, String topic, String key, Instant at, Object value)
      throws InterruptedException {
    byte[] json = value instanceof String text ? bytes(text) : Json.write(value);
    deployment.write(new ProducerRecord<>(topic, null, at.toEpochMilli(), bytes(key), json));
  }

  /** The high end falls to 0.75 at minute 60; the request of fact follows. */
  private static void record(CommandDeployment deployment) throws InterruptedException {
    write(
        deployment,
        deployment.topics.modelRegistry(),
        "reviews/@champion",
        START,
        new RegistryAlias("v1"));
    for (long i = 1; i <= 120; i++) {
      double high = i < 60 ? 0.9 : 0.75;
      write(
          deployment,
          deployment.topics.evaluations(),
          "reviews/v1/last_1000",
          START.plusSeconds(60 * i),
          Map.of(
              "model",
              "reviews",
              "model_version",
              "v1",
              "window",
              "last_1000",
              "labels",
              Math.min(1000, 10 * i),
              "labels_total",
              10 * i,
              "macro_f1",
              high - 0.05,
              "macro_f1_interval",
              Map.of("low", high - 0.1, "high", high),
              "evaluated_at",
              START.plusSeconds(60 * i)));
    }
    write(deployment, deployment.topics.evaluations(), "reviews/v1/x", START, "{broken");
    Instant asked = START.plusSeconds(3600);
    write(
        deployment,
        deployment.topics.retrainRequests(),
        "reviews",
        asked,
        new RetrainRequest(REQUEST, Trigger.F1, Optional.of("low"), Map.of(), Optional.of(asked)));
    for (String state : new String[] {"running", "rejected"}) {
      write(
          deployment,
          deployment.topics.trainingRuns(),
          "run-1",
          asked.plusSeconds(90),
          "{\"run_id\":\"run-1\",\"request_id\":\"%s\",\"state\":\"%s\",\"updated_at\":\"%s\"}"
              .formatted(REQUEST, state, state.equals("running") ? asked : asked.plusSeconds(90)));
    }
  }

  @Test
  void recordedHistoryThenTheSameRequestWithTheSameSettingsAndNoneWithALowerBound()
      throws Exception {
    try (CommandDeployment deployment = new CommandDeployment(folder, Map.of())) {
      record(deployment);

      JsonNode same = replay(deployment);
      assertThat(same.path("labels_exact").asBoolean()).isTrue();
      assertThat(same.path("recorded").findValuesAsText("request_id")).containsExactly(REQUEST);
      // The run ended on 610 labels, and 500 new ones are there at 1110.
      assertThat(same.path("replayed").findValuesAsText("request_id"))
          .containsExactly(REQUEST, "f1-v1-1110");
      assertThat(same.path("replayed").get(0).path("run_known").asBoolean()).isTrue();

      JsonNode lower = replay(deployment, "--set", "retrain.f1.min=0.7");
      assertThat(lower.path("recorded")).hasSize(1);
      assertThat(lower.path("replayed")).isEmpty();
      assertThat(lower.path("phases")).isEmpty();

      Ran table =
          deployment.verdict(
              "policy", "replay", "--from", START.toString(), "--to", "2026-01-05T15:00:00Z");
      assertThat(table.err())
          .contains("1 records could not be read and are left out")
          .doesNotContain("made again");
      assertThat(table.out())
          .contains("1 requests recorded, 2 replayed (1 of them on the same evidence)")
          .contains("2026-01-05T13:00:00Z     recorded  f1        low")
          .contains("2026-01-05T13:00:00Z     replayed  f1        macro F1 of last_1000 is 0.7000");

      Ran otherSettings =
          deployment.verdict(
              "policy",
              "replay",
              "--from=" + START,
              "--to=2026-01-05T15:00:00Z",
              "-Dretrain.f1.min=0.7");
      assertThat(otherSettings.err())
          .contains("Without --set only 0 of 1 recorded requests are made again");
    }
  }

  private static JsonNode replay(CommandDeployment deployment, String... more) throws Exception {
    String[] arguments = {
      "policy", "replay", "--json", "--from", START.toString(), "--to", "2026-01-05T15:00:00Z"
    };
    String[] all = new String[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    Ran ran = deployment.verdict(all);
    assertThat(ran.status()).as(ran.err()).isZero();
    return Json.readTree(bytes(ran.out()));
  }
}
