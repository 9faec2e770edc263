package dev.verdict.streams.inference;

import dev.verdict.batching.CloseReason;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
  private final Timer wait;
  private final DistributionSummary rows;
  private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
  private final AtomicInteger budget = new AtomicInteger();
  private final Counter backoffs;
  private final Counter tokens;
  private final Counter cacheHits;
  private final Counter cacheMisses;
  private final Map<ShadowOutcome, Counter> shadow = new EnumMap<>(ShadowOutcome.class);

  InferenceMeters(MeterRegistry registry, Collection<?> queue) {
    inference =
        VerdictMeter.INFERENCE
            .timer()
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(30))
            .register(registry);
    wait =
        VerdictMeter.QUEUE_WAIT
            .timer()
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(30))
            .register(registry);
    rows = VerdictMeter.BATCH_ROWS.summary().register(registry);
    for (CloseReason reason : CloseReason.values()) {
      closed.put(reason, VerdictMeter.BATCHES.counter(registry, reason.wireName()));
    }
    VerdictMeter.BATCH_BUDGET.gauge(registry, budget::get);
    backoffs = VerdictMeter.BATCH_BACKOFFS.counter(registry);
    tokens = VerdictMeter.TOKENS.counter(registry);
    cacheHits = VerdictMeter.CACHE.counter(registry, "hit");
    cacheMisses = VerdictMeter.CACHE.counter(registry, "miss");
    for (ShadowOutcome outcome : ShadowOutcome.values()) {
      shadow.put(
          outcome,
          VerdictMeter.SHADOW_REVIEWS.counter(registry, outcome.name().toLowerCase(Locale.ROOT)));
    }
    VerdictMeter.QUEUE.gauge(registry, queue::size);
  }

  void batch(int batchRows, int batchTokens, Duration time) {
    inference.record(time);
    rows.record(batchRows);
    tokens.increment(batchTokens);
  }

  /** Reviews that needed no score of their own, and those that did. */
  void cache(int hits, int misses) {
    cacheHits.increment(hits);
    cacheMisses.increment(misses);
  }

  /** A review's time in the queue. */
  void waited(long nanos) {
    wait.record(nanos, TimeUnit.NANOSECONDS);
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
}
