package dev.verdict.streams.inference;

import dev.verdict.telemetry.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;

/** What is measured of the batches. */
final class InferenceMeters {
  private final Timer inference;
  private final DistributionSummary rows;
  private final Counter realTokens;
  private final Counter paddingTokens;

  InferenceMeters(MeterRegistry registry, Collection<?> queue) {
    inference =
        Timer.builder(MeterNames.INFERENCE)
            .description("One batch through the model")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(30))
            .register(registry);
    rows =
        DistributionSummary.builder(MeterNames.BATCH_ROWS)
            .description("Reviews of a batch")
            .register(registry);
    realTokens = tokens(registry, "real");
    paddingTokens = tokens(registry, "padding");
    Gauge.builder(MeterNames.QUEUE, queue, Collection::size)
        .description("Reviews that wait for a batch")
        .register(registry);
  }

  void batch(int batchRows, int tokens, int longest, Duration time) {
    inference.record(time);
    rows.record(batchRows);
    realTokens.increment(tokens);
    paddingTokens.increment((double) batchRows * longest - tokens);
  }

  private static Counter tokens(MeterRegistry registry, String kind) {
    return Counter.builder(MeterNames.TOKENS)
        .description("Tokens through the model")
        .tag("kind", kind)
        .register(registry);
  }
}
