package dev.verdict.streams.inference;

import dev.verdict.batching.CloseReason;
import dev.verdict.telemetry.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What is measured of the batches. */
final class InferenceMeters {
  /** What became of a review of the challenger's share. */
  enum ShadowOutcome {
    SCORED,
    DROPPED,
    FAILED
  }

  private final Timer inference;
  private final DistributionSummary rows;
  private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
  private final AtomicInteger budget = new AtomicInteger();
  private final Counter backoffs;
  private final Counter realTokens;
  private final Counter paddingTokens;
  private final Map<ShadowOutcome, Counter> shadow = new EnumMap<>(ShadowOutcome.class);

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
    for (CloseReason reason : CloseReason.values()) {
      closed.put(
          reason,
          Counter.builder(MeterNames.BATCHES)
              .description("Batches by why they took no more reviews")
              .tag("reason", reason.wireName())
              .register(registry));
    }
    Gauge.builder(MeterNames.BATCH_BUDGET, budget, AtomicInteger::get)
        .description("Padded tokens that a batch may have now")
        .register(registry);
    backoffs =
        Counter.builder(MeterNames.BATCH_BACKOFFS)
            .description("Batches that did not fit into memory and were halved")
            .register(registry);
    realTokens = tokens(registry, "real");
    paddingTokens = tokens(registry, "padding");
    for (ShadowOutcome outcome : ShadowOutcome.values()) {
      shadow.put(
          outcome,
          Counter.builder(MeterNames.SHADOW_REVIEWS)
              .description("Reviews of the challenger's share by what became of them")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
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

  void closed(CloseReason reason) {
    closed.get(reason).increment();
  }

  void budget(int tokens) {
    budget.set(tokens);
  }

  void shadow(ShadowOutcome outcome, int reviews) {
    shadow.get(outcome).increment(reviews);
  }

  void backedOff() {
    backoffs.increment();
  }

  private static Counter tokens(MeterRegistry registry, String kind) {
    return Counter.builder(MeterNames.TOKENS)
        .description("Tokens through the model")
        .tag("kind", kind)
        .register(registry);
  }
}
