package dev.verdict.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExemplarsTest {
  private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";
  private static final String TEXT = "text/plain";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  /** A prediction that took 20 ms, made in the span, and what is scraped then. */
  private static String scrape(boolean exemplars, TraceFlags flags, String accept)
      throws Exception {
    try (Telemetry telemetry = new Telemetry("streams", "shop", exemplars);
        MonitoringServer server =
            MonitoringServer.start(
                "127.0.0.1", 0, "streams.http.port", telemetry.registry(), Optional::empty)) {
      Timer latency =
          VerdictMeter.LATENCY.timer().publishPercentileHistogram().register(telemetry.registry());
      Span span = Span.wrap(SpanContext.create(TRACE, SPAN, flags, TraceState.getDefault()));
      try (Scope scope = span.makeCurrent()) {
        assertThat(scope).isNotNull();
        latency.record(Duration.ofMillis(20));
        VerdictMeter.REVIEWS.counter(telemetry.registry()).increment();
      }
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                      .header("Accept", accept)
                      .timeout(Duration.ofSeconds(20))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(accept);
      return response.body();
    }
  }

  /** What is before the labels of each sample, but for what is there only once memory was freed. */
  private static Set<String> sampleNames(String scrape) {
    return scrape
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.substring(0, line.indexOf('{')))
        .filter(name -> !name.startsWith("jvm_gc_pause") && !name.startsWith("jvm_gc_concurrent"))
        .collect(Collectors.toSet());
  }

  @Test
  void onAndInASpanThenABucketOfTheLatencyNamesTheTrace() throws Exception {
    assertThat(scrape(true, TraceFlags.getSampled(), OPEN_METRICS).lines())
        .anyMatch(
            line ->
                line.startsWith("verdict_prediction_latency_seconds_bucket{")
                    && line.contains(
                        "# {span_id=\"" + SPAN + "\",trace_id=\"" + TRACE + "\"} 0.02"));
  }

  @Test
  void offThenNone() throws Exception {
    assertThat(scrape(false, TraceFlags.getSampled(), OPEN_METRICS))
        .contains("verdict_prediction_latency_seconds_bucket{")
        .doesNotContain(TRACE, SPAN, "trace_id");
  }

  @Test
  void traceIsNotKeptThenNone() throws Exception {
    assertThat(scrape(true, TraceFlags.getDefault(), OPEN_METRICS)).doesNotContain(TRACE);
  }

  @Test
  void textIsAskedForThenNoneAsItHasNoPlaceForThem() throws Exception {
    assertThat(scrape(true, TraceFlags.getSampled(), TEXT))
        .contains("verdict_prediction_latency_seconds_bucket{")
        .doesNotContain(TRACE);
  }

  @Test
  void openMetricsThenTheSamplesHaveTheNamesThatTheyHaveInText() throws Exception {
    String open = scrape(false, TraceFlags.getDefault(), OPEN_METRICS);

    assertThat(open).endsWith("# EOF\n");
    assertThat(sampleNames(open))
        .isEqualTo(sampleNames(scrape(false, TraceFlags.getDefault(), TEXT)))
        .contains("verdict_reviews_total", "verdict_prediction_latency_seconds_bucket");
  }
}
