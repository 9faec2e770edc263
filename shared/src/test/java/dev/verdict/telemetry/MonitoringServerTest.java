package dev.verdict.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitoringServerTest {
  private static final String HOST = "127.0.0.1";
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicReference<Supplier<Optional<String>>> readiness =
      new AtomicReference<>(Optional::empty);
  private Telemetry telemetry;
  private MonitoringServer server;

  @BeforeEach
  void start() {
    telemetry = new Telemetry("streams", "shop");
    server =
        MonitoringServer.start(
            HOST, 0, "streams.http.port", telemetry.registry(), () -> readiness.get().get());
  }

  @AfterEach
  void stop() {
    server.close();
    telemetry.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + server.port() + path))
            .timeout(Duration.ofSeconds(20))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void readyThen200() throws Exception {
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").body()).isEqualTo("ready\n");
  }

  @Test
  void notReadyThen503WithTheReasonUntilReadyAgain() throws Exception {
    readiness.set(() -> Optional.of("waits for the first champion"));
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").body()).isEqualTo("waits for the first champion\n");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);

    readiness.set(Optional::empty);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void readinessCannotBeToldThen503() throws Exception {
    readiness.set(
        () -> {
          throw new IllegalStateException("closed");
        });

    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").body()).contains("closed");
  }

  @Test
  void metricsThenPrometheusTextWithOwnAndJvmMetersTagged() throws Exception {
    telemetry.registry().counter(VerdictMeter.REVIEWS.meterName()).increment(3);
    // The registry's own gauge() holds its number weakly.
    Gauge.builder(VerdictMeter.MACRO_F1.meterName(), () -> 0.5).register(telemetry.registry());

    HttpResponse<String> response = get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body())
        .contains("verdict_reviews_total{model=\"shop\",service=\"streams\"} 3.0\n")
        .contains("verdict_macro_f1{model=\"shop\",service=\"streams\"} 0.5\n")
        .containsPattern("jvm_memory_used_bytes\\{[^}]*service=\"streams\"");
  }

  @Test
  void metricsOfKafkaThenThoseOfThreadsButNotOfEachStore() throws Exception {
    Gauge.builder("kafka.stream.thread.poll.rate", () -> 1).register(telemetry.registry());
    Gauge.builder("kafka.stream.state.put.rate", () -> 1).register(telemetry.registry());

    assertThat(get("/metrics").body())
        .contains("kafka_stream_thread_poll_rate{")
        .doesNotContain("kafka_stream_state_put_rate");
  }

  @Test
  void pagesAreGivenThenTheyAreServedBesideMetricsAndHealth() throws Exception {
    server.close();
    server =
        MonitoringServer.start(
            HOST,
            0,
            "streams.http.port",
            telemetry.registry(),
            Optional::empty,
            Map.of(
                "/",
                exchange -> {
                  exchange.sendResponseHeaders(202, -1);
                  exchange.close();
                }));

    assertThat(get("/").statusCode()).isEqualTo(202);
    assertThat(get("/any").statusCode()).isEqualTo(202);
    assertThat(get("/metrics").statusCode()).isEqualTo(200);
    assertThat(get("/health/live").body()).isEqualTo("live\n");
  }

  @Test
  void anotherPathThen404() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void portTakenThenOneSentenceWithPortAndSetting() {
    assertThatThrownBy(
            () ->
                MonitoringServer.start(
                    HOST,
                    server.port(),
                    "trainer.http.port",
                    telemetry.registry(),
                    Optional::empty))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(
            "Cannot listen on 127.0.0.1:%d (trainer.http.port), must be a free port: ",
            server.port());
  }

  @Test
  void closedThenThePortIsFree() {
    int port = server.port();
    server.close();

    try (MonitoringServer again =
        MonitoringServer.start(
            HOST, port, "streams.http.port", telemetry.registry(), Optional::empty)) {
      assertThat(again.port()).isEqualTo(port);
    }
  }
}
