package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryCurveTest {
  private static final String METRICS =
      """
      # TYPE jvm_memory_committed_bytes gauge
      jvm_memory_committed_bytes{area="heap",id="G1 Eden Space",model="reviews"} 1.0E8
      jvm_memory_committed_bytes{area="heap",id="G1 Old Gen",model="reviews"} 5.0E7
      jvm_memory_committed_bytes{area="nonheap",id="Metaspace",model="reviews"} 7.0E7
      jvm_memory_used_bytes{area="heap",id="G1 Old Gen",model="reviews"} 1.0
      """;

  @Test
  void metricsThenSumOfTheSeriesWithTheLabel() {
    assertThat(MemoryCurve.sum(METRICS, "jvm_memory_committed_bytes", "area=\"heap\""))
        .isEqualTo(1.5e8);
  }

  @Test
  void otherMetricsThenNothing() {
    assertThat(MemoryCurve.sum(METRICS, "jvm_threads", "area")).isZero();
  }
}
