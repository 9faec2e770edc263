package dev.verdict.streams.processing;

import dev.verdict.contract.Evaluation;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.telemetry.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the processors count. Counters tell of work done, so a record that is processed again after
 * a crash counts again; the topics, not the counters, are exact.
 */
public final class StreamMeters {
  private final MeterRegistry registry;
  private final Counter reviews;
  private final Counter labels;
  private final Timer latency;
  private final MultiGauge macroF1;
  private final MultiGauge windowLabels;

  public StreamMeters(MeterRegistry registry) {
    this.registry = registry;
    this.reviews =
        Counter.builder(MeterNames.REVIEWS).description("Reviews read").register(registry);
    this.labels = Counter.builder(MeterNames.LABELS).description("Labels read").register(registry);
    this.latency =
        Timer.builder(MeterNames.LATENCY)
            .description("From a review's record timestamp to its prediction")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofMinutes(10))
            .register(registry);
    this.macroF1 =
        MultiGauge.builder(MeterNames.MACRO_F1)
            .description("Rolling macro F1 by version and window")
            .register(registry);
    this.windowLabels =
        MultiGauge.builder(MeterNames.WINDOW_LABELS)
            .description("Labels that the window holds")
            .register(registry);
  }

  void review() {
    reviews.increment();
  }

  void label() {
    labels.increment();
  }

  void prediction(String label, ModelManifest version, Duration sinceReview) {
    Counter.builder(MeterNames.PREDICTIONS)
        .description("Predictions made")
        .tag("label", label)
        .tag("version", version.version())
        .register(registry)
        .increment();
    latency.record(sinceReview.isNegative() ? Duration.ZERO : sinceReview);
  }

  void deadLetter(RejectedException fault) {
    Counter.builder(MeterNames.DEAD_LETTERS)
        .description("Records that went to the dead letters")
        .tag("stage", fault.stage().wireName())
        .tag("reason", fault.reason().wireName())
        .register(registry)
        .increment();
  }

  void tombstone(String topic) {
    Counter.builder(MeterNames.TOMBSTONES)
        .description("Tombstones ignored")
        .tag("topic", topic)
        .register(registry)
        .increment();
  }

  void joined(String outcome) {
    Counter.builder(MeterNames.LABELS_JOINED)
        .description("Labels by what became of them")
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  void retrainRequest(RetrainRequest.Trigger trigger) {
    Counter.builder(MeterNames.RETRAIN_REQUESTS)
        .description("Retrain requests written by Verdict")
        .tag("trigger", trigger.wireName())
        .register(registry)
        .increment();
  }

  /** Shows exactly these scores, in place of the last ones. */
  void scores(Iterable<Evaluation> evaluations) {
    List<Row<?>> f1 = new ArrayList<>();
    List<Row<?>> counts = new ArrayList<>();
    for (Evaluation evaluation : evaluations) {
      Tags tags = Tags.of("version", evaluation.modelVersion(), "window", evaluation.window());
      f1.add(Row.of(tags, evaluation.macroF1()));
      counts.add(Row.of(tags, evaluation.labels()));
    }
    macroF1.register(f1, true);
    windowLabels.register(counts, true);
  }
}
