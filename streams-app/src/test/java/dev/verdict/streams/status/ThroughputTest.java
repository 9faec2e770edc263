package dev.verdict.streams.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.streams.processing.StreamMeters;
import dev.verdict.telemetry.Telemetry;
import dev.verdict.telemetry.VerdictMeter;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  private static final long SECOND = 1_000_000_000L;

  private final Telemetry telemetry = new Telemetry("streams", "reviews");
  private final Throughput throughput = new Throughput(telemetry.registry());
  private long now;

  @BeforeEach
  void makeMeters() {
    new StreamMeters(telemetry.registry(), Set::of);
  }

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void nothingSampledThenAllIsZero() {
    assertThat(throughput.speed().predictions()).isZero();
    assertThat(throughput.speed().latency()).isEmpty();
  }

  @Test
  void predictionsThenTheirRateOverTheLastTenSeconds() {
    second(2000, 10);
    for (int i = 0; i < 30; i++) {
      second(100, 10);
    }

    Throughput.Speed speed = throughput.speed();
    assertThat(speed.predictionsPerSecond()).isEqualTo(100, within(1e-9));
    assertThat(speed.predictions()).isEqualTo(2000 + 30 * 100);
    assertThat(speed.predictionsPerSecondHistory()).hasSize(15).allMatch(each -> each == 100);
  }

  @Test
  void slowReviewsOfLongAgoThenQuantilesAreOfTheLastMinute() {
    for (int i = 0; i < 100; i++) {
      second(10, 5000);
    }
    for (int i = 0; i < 61; i++) {
      second(10, 20);
    }

    LatencyWindow.Quantiles quantiles = throughput.speed().latency().orElseThrow();
    assertThat(quantiles.p50()).isBetween(0.015, 0.025);
    assertThat(quantiles.p99()).isBetween(0.015, 0.025);
  }

  @Test
  void someReviewsAreSlowThenTheHighQuantilesTell() {
    for (int i = 0; i < 61; i++) {
      second(9, 20);
      latency(1000);
    }

    LatencyWindow.Quantiles quantiles = throughput.speed().latency().orElseThrow();
    assertThat(quantiles.p50()).isBetween(0.015, 0.025);
    assertThat(quantiles.p95()).isBetween(0.7, 1.3);
  }

  @Test
  void recordsRejectedThenTheirReasonsTheMostFrequentFirst() {
    VerdictMeter.DEAD_LETTERS.counter(telemetry.registry(), "decode", "not_json").increment(2);
    VerdictMeter.DEAD_LETTERS.counter(telemetry.registry(), "decode", "blank_text").increment(5);

    assertThat(throughput.rejections())
        .containsExactly(
            new Throughput.Rejections("decode", "blank_text", 5),
            new Throughput.Rejections("decode", "not_json", 2));
  }

  private void second(int predictions, long latencyMillis) {
    for (int i = 0; i < predictions; i++) {
      latency(latencyMillis);
    }
    now += SECOND;
    throughput.sample(now);
  }

  private void latency(long millis) {
    telemetry
        .registry()
        .get(VerdictMeter.LATENCY.meterName())
        .timer()
        .record(Duration.ofMillis(millis));
  }
}
