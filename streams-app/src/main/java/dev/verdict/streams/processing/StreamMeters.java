package dev.verdict.streams.processing;

import dev.verdict.contract.Evaluation;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.telemetry.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the processors count. Counters tell of work done, so a record that is processed again after
 * a crash counts again; the topics, not the counters, are exact.
 *
 * <p>Counters of rare events exist from the start, for a counter that appears with its first event
 * hides that event from {@code rate} and {@code increase}, as <a
 * href="https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics">Prometheus
 * advises</a>.
 */
public final class StreamMeters {
  /** What became of a label. */
  enum LabelOutcome {
    COUNTED,
    REPEATED,
    CHANGED,
    ORPHAN,
    SEEN_IN_TRAINING;

    private String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final MeterRegistry registry;
  private final Counter reviews;
  private final Counter labels;
  private final Timer latency;
  private final MultiGauge macroF1;
  private final MultiGauge macroF1Low;
  private final MultiGauge macroF1High;
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
    this.macroF1Low =
        MultiGauge.builder(MeterNames.MACRO_F1_LOW)
            .description("Lower end of the 95% interval of rolling macro F1")
            .register(registry);
    this.macroF1High =
        MultiGauge.builder(MeterNames.MACRO_F1_HIGH)
            .description("Upper end of the 95% interval of rolling macro F1")
            .register(registry);
    this.windowLabels =
        MultiGauge.builder(MeterNames.WINDOW_LABELS)
            .description("Labels that the window holds")
            .register(registry);
    for (LabelOutcome outcome : LabelOutcome.values()) {
      labelsJoined(outcome);
    }
    for (Reason reason : Reason.values()) {
      stageOf(reason).ifPresent(stage -> deadLetters(stage, reason));
    }
    retrainRequests(RetrainRequest.Trigger.F1);
  }

  /** Shows the bound that the champion's macro F1 is held against. */
  void retrainPolicy(RetrainPolicy policy) {
    Gauge.builder(MeterNames.MACRO_F1_BOUND, policy::macroF1Min)
        .description("Macro F1 below which retraining is requested")
        .tag("window", policy.window().name())
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
    deadLetters(fault.stage(), fault.reason()).increment();
  }

  void tombstone(String topic) {
    Counter.builder(MeterNames.TOMBSTONES)
        .description("Tombstones ignored")
        .tag("topic", topic)
        .register(registry)
        .increment();
  }

  void joined(LabelOutcome outcome) {
    labelsJoined(outcome).increment();
  }

  void retrainRequest(RetrainRequest.Trigger trigger) {
    retrainRequests(trigger).increment();
  }

  /** Shows exactly these scores, in place of the last ones. */
  void scores(Iterable<Evaluation> evaluations) {
    List<Row<?>> f1 = new ArrayList<>();
    List<Row<?>> low = new ArrayList<>();
    List<Row<?>> high = new ArrayList<>();
    List<Row<?>> counts = new ArrayList<>();
    for (Evaluation evaluation : evaluations) {
      Tags tags = Tags.of("version", evaluation.modelVersion(), "window", evaluation.window());
      f1.add(Row.of(tags, evaluation.macroF1()));
      low.add(Row.of(tags, evaluation.macroF1Interval().low()));
      high.add(Row.of(tags, evaluation.macroF1Interval().high()));
      counts.add(Row.of(tags, evaluation.labels()));
    }
    macroF1.register(f1, true);
    macroF1Low.register(low, true);
    macroF1High.register(high, true);
    windowLabels.register(counts, true);
  }

  private Counter labelsJoined(LabelOutcome outcome) {
    return Counter.builder(MeterNames.LABELS_JOINED)
        .description("Labels by what became of them")
        .tag("outcome", outcome.wireName())
        .register(registry);
  }

  private Counter deadLetters(Stage stage, Reason reason) {
    return Counter.builder(MeterNames.DEAD_LETTERS)
        .description("Records that went to the dead letters")
        .tag("stage", stage.wireName())
        .tag("reason", reason.wireName())
        .register(registry);
  }

  private Counter retrainRequests(RetrainRequest.Trigger trigger) {
    return Counter.builder(MeterNames.RETRAIN_REQUESTS)
        .description("Retrain requests written by Verdict")
        .tag("trigger", trigger.wireName())
        .register(registry);
  }

  /** Where this service rejects a record for the reason; empty for a reason of the trainer's. */
  private static Optional<Stage> stageOf(Reason reason) {
    return switch (reason) {
      case NOT_UTF8,
          NOT_JSON,
          INVALID_FIELD,
          MISSING_TEXT,
          BLANK_TEXT,
          TEXT_TOO_LARGE,
          KEY_TOO_LARGE,
          MISSING_KEY,
          MISSING_LABEL,
          UNKNOWN_LABEL,
          UNREADABLE ->
          Optional.of(Stage.DECODE);
      case UNFORESEEN -> Optional.of(Stage.PROCESS);
      case INFERENCE_FAILED -> Optional.of(Stage.INFERENCE);
      case OUTPUT_TOO_LARGE -> Optional.of(Stage.PRODUCE);
      case MISSING_REQUEST_ID -> Optional.empty();
    };
  }
}
