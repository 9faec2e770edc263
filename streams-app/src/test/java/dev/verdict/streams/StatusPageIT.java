package dev.verdict.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.contract.Json;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.streams.inference.FakeModel;
import dev.verdict.streams.status.RecentActivity;
import dev.verdict.streams.status.StatusPage;
import dev.verdict.telemetry.MonitoringServer;
import dev.verdict.telemetry.Telemetry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a whole instance on a real broker. */
class StatusPageIT {
  private static final String VERSION = "v000001-aaaaaaaa";

  private static TestBroker broker;

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final ConditionFactory soon =
      Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(200));

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void reviewsLabelsAndFaultsThenThePageTellsOfThemAndAPreviewWritesNothing() throws Exception {
    try (Deployment deployment = deployment("status", Map.of());
        Instance instance = new Instance(deployment)) {
      JsonNode before = instance.status();
      assertThat(before.at("/instance/not_ready").asText())
          .isEqualTo("no champion is published yet");
      assertThat(before.at("/versions")).isEmpty();
      assertThat(instance.classify("good").statusCode()).isEqualTo(503);

      deployment.publish(VERSION);
      deployment.write(
          deployment.topics.decisions(),
          deployment.settings.modelName(),
          """
          {"decision":"promote","rule":"first_champion","model_version":"%s","reason":"the first",\
          "figures":{},"decided_at":"2026-01-01T00:00:00.000Z"}"""
              .formatted(VERSION));
      soon.until(() -> !instance.status().at("/instance").has("not_ready"));
      deployment.review("r1", "a good kettle");
      deployment.write(deployment.topics.reviews(), "bad", "{\"text\":\" \"}");
      soon.until(() -> instance.status().at("/predictions/last").size() == 1);
      deployment.write(deployment.topics.labels(), "r1", "{\"label\":\"negative\"}");
      soon.until(() -> instance.status().at("/predictions/last/0/actual").asText().length() > 0);
      soon.until(() -> instance.status().at("/quality/all").size() == 1);
      soon.until(() -> instance.status().at("/dead_letters/total").asLong() == 1);

      JsonNode status = instance.status();
      JsonNode prediction = status.at("/predictions/last/0");
      assertThat(prediction.at("/text").asText()).isEqualTo("a good kettle");
      assertThat(prediction.at("/label").asText()).isEqualTo("positive");
      assertThat(prediction.at("/probability").asDouble()).isEqualTo(0.9);
      assertThat(prediction.at("/actual").asText()).isEqualTo("negative");
      assertThat(status.at("/quality/windows/0/labels").asLong()).isEqualTo(1);
      assertThat(status.at("/quality/windows/0/decides").asBoolean()).isTrue();
      assertThat(status.at("/quality/swaps/0/version").asText()).isEqualTo(VERSION);
      assertThat(status.at("/versions/0/roles/0").asText()).isEqualTo("champion");
      assertThat(status.at("/versions/0/fate/reason").asText()).isEqualTo("the first");
      assertThat(status.at("/versions/0/live/labels").asLong()).isEqualTo(1);
      assertThat(status.at("/dead_letters/by_reason/0/reason").asText()).isEqualTo("blank_text");
      assertThat(status.at("/dead_letters/last/0/topic").asText())
          .isEqualTo(deployment.topics.reviews());
      assertThat(status.at("/topics/reading").asText()).isEqualTo("following");

      long records = deployment.count(deployment.topics.predictions());
      HttpResponse<String> preview = instance.classify("good");
      assertThat(preview.statusCode()).isEqualTo(200);
      assertThat(Json.readTree(preview.body().getBytes(StandardCharsets.UTF_8)).at("/label"))
          .hasToString("\"positive\"");
      deployment.review("r2", "after it");
      soon.until(() -> deployment.count(deployment.topics.predictions()) > records);
      assertThat(deployment.count(deployment.topics.predictions())).isEqualTo(records + 1);

      assertThat(instance.get("/").body()).startsWith("<!doctype html>");
      assertThat(instance.get("/metrics").body()).contains("verdict_reviews_total");
      assertThat(instance.get("/health/ready").statusCode()).isEqualTo(200);
      assertThat(instance.get("/api/statusquo").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void pageIsSwitchedOffThenNothingButMetricsAndHealth() throws Exception {
    try (Deployment deployment = deployment("off", Map.of("status.page.enabled", "false"));
        Instance instance = new Instance(deployment)) {
      assertThat(instance.get("/").statusCode()).isEqualTo(404);
      assertThat(instance.get("/api/status").statusCode()).isEqualTo(404);
      assertThat(instance.classify("good").statusCode()).isEqualTo(404);
      assertThat(instance.get("/health/live").statusCode()).isEqualTo(200);
    }
  }

  private Deployment deployment(String name, Map<String, String> changes) throws Exception {
    Map<String, String> all = new HashMap<>(changes);
    all.put("evaluation.interval.ms", "100");
    return new Deployment(broker.bootstrapServers(), name, folder, all);
  }

  /** A service with its page, as the command runs it. */
  private final class Instance implements AutoCloseable {
    private final Telemetry telemetry;
    private final StreamsService service;
    private final StatusPage page;
    private final MonitoringServer server;

    private Instance(Deployment deployment) throws InterruptedException {
      telemetry = new Telemetry("streams", deployment.settings.modelName());
      RecentActivity recent = RecentActivity.of(deployment.settings.statusPage());
      service =
          new StreamsService(
              deployment.settings,
              telemetry.registry(),
              StreamsListener.silent(),
              recent,
              manifest -> new FakeModel(manifest.version()));
      page = new StatusPage(deployment.settings, telemetry.registry(), service, recent);
      server =
          MonitoringServer.start(
              "127.0.0.1",
              0,
              "streams.http.port",
              telemetry.registry(),
              service::notReady,
              page.handlers());
      service.start();
      page.start();
    }

    private JsonNode status() throws IOException, InterruptedException {
      return Json.readTree(get("/api/status").body().getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
      return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> classify(String text) throws IOException, InterruptedException {
      return client.send(
          request("/api/classify")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"text\":\"" + text + "\"}"))
              .build(),
          BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
          .timeout(Duration.ofSeconds(20));
    }

    @Override
    public void close() {
      server.close();
      page.close();
      service.close();
      telemetry.close();
    }
  }
}
