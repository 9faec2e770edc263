package dev.verdict.streams.processing;

import dev.verdict.contract.Evaluation;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.RetrainRequest.Trigger;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainState;
import dev.verdict.evaluation.TrialPhase;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

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
  private final MultiGauge windowLogLoss;
  private final MultiGauge windowCalibrationError;
  private final MultiGauge windowCoverage;
  private final MultiGauge windowTooLate;
  private final MultiGauge labelLag;
  private final MultiGauge classF1;
  private final MultiGauge segmentF1;
  private final MultiGauge retrainPhase;
  private final MultiGauge trialPhase;
  private final MultiGauge trialLabels;
  private final MultiGauge trialF1;
  private final MultiGauge trialLow;
  private final MultiGauge trialHigh;
  private final MultiGauge trialEvidence;
  private final AtomicLong freshLabels = new AtomicLong();

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
    this.windowLogLoss =
        gauges(MeterNames.LOG_LOSS, "Rolling mean of -ln of the actual class's probability");
    this.windowCalibrationError =
        gauges(MeterNames.CALIBRATION_ERROR, "Rolling expected calibration error");
    this.windowCoverage =
        gauges(MeterNames.LABEL_COVERAGE, "Share of a window's predictions that have their label");
    this.windowTooLate =
        gauges(MeterNames.LABELS_TOO_LATE, "Labels that came after their window was gone");
    this.labelLag = gauges(MeterNames.LABEL_LAG, "Seconds from a review to its label, by quantile");
    this.classF1 = gauges(MeterNames.CLASS_F1, "Rolling F1 of a class");
    this.segmentF1 = gauges(MeterNames.SEGMENT_MACRO_F1, "Rolling macro F1 of a segment");
    this.retrainPhase =
        gauges(MeterNames.RETRAIN_PHASE, "Where retraining stands: 1 for its phase");
    this.trialPhase =
        gauges(MeterNames.TRIAL_PHASE, "Where the trial of a challenger stands: 1 for its phase");
    this.trialLabels =
        gauges(MeterNames.TRIAL_LABELS, "Labels that the trial under way has counted");
    this.trialF1 = gauges(MeterNames.TRIAL_MACRO_F1, "Macro F1 in the trial under way");
    this.trialLow =
        gauges(
            MeterNames.TRIAL_DIFFERENCE_LOW,
            "Lower end of what the challenger is better by, valid at any time");
    this.trialHigh =
        gauges(
            MeterNames.TRIAL_DIFFERENCE_HIGH,
            "Upper end of what the challenger is better by, valid at any time");
    this.trialEvidence = gauges(MeterNames.TRIAL_EVIDENCE, "Evidence of the trial, an e-value");
    Gauge.builder(MeterNames.RETRAIN_FRESH_LABELS, freshLabels::get)
        .description("Labels of the champion of which no request or run has made use")
        .register(registry);
    for (String decision : List.of("canary", "promote", "rollback", "reject")) {
      trialDecisions(decision);
    }
    for (LabelOutcome outcome : LabelOutcome.values()) {
      labelsJoined(outcome);
    }
    for (Reason reason : Reason.values()) {
      stageOf(reason).ifPresent(stage -> deadLetters(stage, reason));
    }
    for (RetrainRequest.Trigger trigger : List.of(Trigger.F1, Trigger.DRIFT, Trigger.SCHEDULE)) {
      retrainRequests(trigger);
    }
  }

  private MultiGauge gauges(String name, String description) {
    return MultiGauge.builder(name).description(description).register(registry);
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

  /** Shows where retraining stands: 1 for its phase, 0 for the others. */
  void retrainState(RetrainState state) {
    List<Row<?>> rows = new ArrayList<>();
    for (RetrainState.Phase phase : RetrainState.Phase.values()) {
      rows.add(Row.of(Tags.of("phase", wireName(phase)), phase == state.phase() ? 1 : 0));
    }
    retrainPhase.register(rows, true);
    freshLabels.set(state.freshLabels());
  }

  /** Shows the counters of a detector before its first alarm. */
  void driftDetector(String detector) {
    driftSignals(detector, "drift");
    driftSignals(detector, "warning");
  }

  void driftAlarm(String detector) {
    driftSignals(detector, "drift").increment();
  }

  void driftWarning(String detector) {
    driftSignals(detector, "warning").increment();
  }

  /** Shows how the trial of a challenger stands; nothing while there is none. */
  void trial(Optional<TrialPhase> phase, Optional<Map<String, Double>> figures) {
    List<Row<?>> phases = new ArrayList<>();
    for (TrialPhase each : List.of(TrialPhase.SHADOW, TrialPhase.CANARY)) {
      phases.add(Row.of(Tags.of("phase", wireName(each)), phase.equals(Optional.of(each)) ? 1 : 0));
    }
    trialPhase.register(phases, true);
    Map<String, Double> all = figures.orElse(Map.of());
    show(
        trialLabels,
        "role",
        all,
        Map.of("shadow", "shadow_labels", "canary", "canary_labels", "former", "former_labels"));
    show(
        trialF1,
        "role",
        all,
        Map.of(
            "champion", "shadow_champion_macro_f1",
            "challenger", "shadow_challenger_macro_f1",
            "canary", "canary_macro_f1",
            "former", "former_macro_f1"));
    show(
        trialEvidence,
        "finding",
        all,
        Map.of("better", "shadow_evidence_better", "worse", "shadow_evidence_worse"));
    show(trialLow, "test", all, Map.of("paired", "shadow_difference_low"));
    show(trialHigh, "test", all, Map.of("paired", "shadow_difference_high"));
  }

  private static void show(
      MultiGauge gauge, String tag, Map<String, Double> figures, Map<String, String> byValue) {
    List<Row<?>> rows = new ArrayList<>();
    byValue.forEach(
        (value, figure) -> {
          if (figures.containsKey(figure)) {
            rows.add(Row.of(Tags.of(tag, value), figures.get(figure)));
          }
        });
    gauge.register(rows, true);
  }

  void trialDecision(String decision) {
    trialDecisions(decision).increment();
  }

  void retrainRequest(RetrainRequest.Trigger trigger) {
    retrainRequests(trigger).increment();
  }

  /** Shows exactly these scores, in place of the last ones; of hopping windows the newest. */
  void scores(Iterable<Evaluation> evaluations) {
    Map<MultiGauge, List<Row<?>>> rows = new LinkedHashMap<>();
    for (MultiGauge gauge :
        List.of(
            macroF1,
            macroF1Low,
            macroF1High,
            windowLabels,
            windowLogLoss,
            windowCalibrationError,
            windowCoverage,
            windowTooLate,
            labelLag,
            classF1,
            segmentF1)) {
      rows.put(gauge, new ArrayList<>());
    }
    for (Evaluation evaluation : evaluations) {
      if (evaluation.segment().isPresent()) {
        Tags tags = Tags.of("segment", evaluation.segment().get(), "window", evaluation.window());
        rows.get(segmentF1).add(Row.of(tags, evaluation.macroF1()));
      } else {
        show(evaluation, rows);
      }
    }
    rows.forEach((gauge, all) -> gauge.register(all, true));
  }

  private void show(Evaluation evaluation, Map<MultiGauge, List<Row<?>>> rows) {
    Tags tags = Tags.of("version", evaluation.modelVersion(), "window", evaluation.window());
    rows.get(macroF1).add(Row.of(tags, evaluation.macroF1()));
    rows.get(macroF1Low).add(Row.of(tags, evaluation.macroF1Interval().low()));
    rows.get(macroF1High).add(Row.of(tags, evaluation.macroF1Interval().high()));
    rows.get(windowLabels).add(Row.of(tags, evaluation.labels()));
    rows.get(windowLogLoss).add(Row.of(tags, evaluation.logLoss()));
    rows.get(windowCalibrationError).add(Row.of(tags, evaluation.expectedCalibrationError()));
    rows.get(windowTooLate).add(Row.of(tags, evaluation.tooLate()));
    evaluation
        .labelCoverage()
        .ifPresent(share -> rows.get(windowCoverage).add(Row.of(tags, share)));
    evaluation
        .labelLag()
        .ifPresent(
            lag -> {
              rows.get(labelLag).add(Row.of(tags.and("quantile", "0.5"), lag.p50()));
              rows.get(labelLag).add(Row.of(tags.and("quantile", "0.9"), lag.p90()));
              rows.get(labelLag).add(Row.of(tags.and("quantile", "0.99"), lag.p99()));
            });
    evaluation
        .perClass()
        .forEach(
            (name, score) -> rows.get(classF1).add(Row.of(tags.and("label", name), score.f1())));
  }

  private static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private Counter trialDecisions(String decision) {
    return Counter.builder(MeterNames.TRIAL_DECISIONS)
        .description("Decisions on challengers and canaries")
        .tag("decision", decision)
        .register(registry);
  }

  private Counter driftSignals(String detector, String level) {
    return Counter.builder(MeterNames.DRIFT_SIGNALS)
        .description("Alarms and warnings of the detector that reads the champion's errors")
        .tag("detector", detector)
        .tag("level", level)
        .register(registry);
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
