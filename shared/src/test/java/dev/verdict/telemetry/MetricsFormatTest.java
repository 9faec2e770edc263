package dev.verdict.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsFormatTest {
  private static final String PROMETHEUS_3 =
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
          + "application/openmetrics-text;version=0.0.1;q=0.4,"
          + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
          + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

  @Test
  void prometheusAsksThenOpenMetrics() {
    assertThat(MetricsFormat.of(List.of(PROMETHEUS_3))).isEqualTo(MetricsFormat.OPEN_METRICS);
  }

  @Test
  void nothingOrAnythingIsAskedForThenText() {
    assertThat(MetricsFormat.of(List.of())).isEqualTo(MetricsFormat.TEXT);
    assertThat(MetricsFormat.of(List.of("*/*"))).isEqualTo(MetricsFormat.TEXT);
    assertThat(MetricsFormat.of(List.of("text/html, */*;q=0.8"))).isEqualTo(MetricsFormat.TEXT);
  }

  @Test
  void textIsPreferredThenText() {
    assertThat(MetricsFormat.of(List.of("application/openmetrics-text;q=0.2, text/plain")))
        .isEqualTo(MetricsFormat.TEXT);
    assertThat(MetricsFormat.of(List.of("application/openmetrics-text;q=0")))
        .isEqualTo(MetricsFormat.TEXT);
  }

  @Test
  void protobufIsPreferredThenTheNextOneThatThereIs() {
    assertThat(
            MetricsFormat.of(
                List.of(
                    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
                    "application/openmetrics-text;version=1.0.0;q=0.5")))
        .isEqualTo(MetricsFormat.OPEN_METRICS);
  }

  @Test
  void qualityIsNoNumberThenNotAskedFor() {
    assertThat(MetricsFormat.of(List.of("application/openmetrics-text;q=high")))
        .isEqualTo(MetricsFormat.TEXT);
  }
}
