package dev.verdict.streams.processing;

import dev.verdict.contract.DriftSignals;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.RetrainRequest.Trigger;
import dev.verdict.drift.DriftLevel;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainState;
import dev.verdict.evaluation.TrialPhase;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
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
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

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

  /** Of percents: Micrometer rounds what it counts in buckets up to whole numbers. */
  private static final double[] CONFIDENCE_BUCKETS = {
    10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 100
  };

  /**
   * More would be too many series: the matrix is their square, and F1 of each class there is of
   * each window and version.
   */
  private static final int CLASSES = 20;

  private final MeterRegistry registry;
  private final PredictionCounters predictions;
  private final Counter reviews;
  private final Counter labels;
  private final Timer latency;
  private final DistributionSummary confidence;
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
  private final MultiGauge confusion;
  private final MultiGauge retrainPhase;
  private final MultiGauge driftPsi;
  private final MultiGauge driftKs;
  private final MultiGauge driftLevel;
  private final MultiGauge estimatedF1;
  private final MultiGauge realizedMinusEstimated;
  private final MultiGauge trialPhase;
  private final MultiGauge trialLabels;
  private final MultiGauge trialF1;
  private final MultiGauge trialLow;
  private final MultiGauge trialHigh;
  private final MultiGauge trialEvidence;
  private final AtomicLong freshLabels = new AtomicLong();
  private volatile Optional<String> decidingWindow = Optional.empty();

  /**
   * @param versionsWithRole as the registry has them now; the predictions of others are forgotten
   */
  public StreamMeters(MeterRegistry registry, Supplier<Set<String>> versionsWithRole) {
    this.registry = registry;
    this.predictions = new PredictionCounters(registry, versionsWithRole);
    this.reviews = VerdictMeter.REVIEWS.counter(registry);
    this.labels = VerdictMeter.LABELS.counter(registry);
    this.latency =
        VerdictMeter.LATENCY
            .timer()
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofMinutes(10))
            .register(registry);
    this.confidence =
        VerdictMeter.CONFIDENCE
            .summary()
            .serviceLevelObjectives(CONFIDENCE_BUCKETS)
            .register(registry);
    this.macroF1 = VerdictMeter.MACRO_F1.gauges(registry);
    this.macroF1Low = VerdictMeter.MACRO_F1_LOW.gauges(registry);
    this.macroF1High = VerdictMeter.MACRO_F1_HIGH.gauges(registry);
    this.windowLabels = VerdictMeter.WINDOW_LABELS.gauges(registry);
    this.windowLogLoss = VerdictMeter.LOG_LOSS.gauges(registry);
    this.windowCalibrationError = VerdictMeter.CALIBRATION_ERROR.gauges(registry);
    this.windowCoverage = VerdictMeter.LABEL_COVERAGE.gauges(registry);
    this.windowTooLate = VerdictMeter.LABELS_TOO_LATE.gauges(registry);
    this.labelLag = VerdictMeter.LABEL_LAG.gauges(registry);
    this.classF1 = VerdictMeter.CLASS_F1.gauges(registry);
    this.segmentF1 = VerdictMeter.SEGMENT_MACRO_F1.gauges(registry);
    this.confusion = VerdictMeter.CONFUSION.gauges(registry);
    this.retrainPhase = VerdictMeter.RETRAIN_PHASE.gauges(registry);
    this.driftPsi = VerdictMeter.DRIFT_PSI.gauges(registry);
    this.driftKs = VerdictMeter.DRIFT_KS.gauges(registry);
    this.driftLevel = VerdictMeter.DRIFT_LEVEL.gauges(registry);
    this.estimatedF1 = VerdictMeter.ESTIMATED_MACRO_F1.gauges(registry);
    this.realizedMinusEstimated = VerdictMeter.REALIZED_MINUS_ESTIMATED_MACRO_F1.gauges(registry);
    this.trialPhase = VerdictMeter.TRIAL_PHASE.gauges(registry);
    this.trialLabels = VerdictMeter.TRIAL_LABELS.gauges(registry);
    this.trialF1 = VerdictMeter.TRIAL_MACRO_F1.gauges(registry);
    this.trialLow = VerdictMeter.TRIAL_DIFFERENCE_LOW.gauges(registry);
    this.trialHigh = VerdictMeter.TRIAL_DIFFERENCE_HIGH.gauges(registry);
    this.trialEvidence = VerdictMeter.TRIAL_EVIDENCE.gauges(registry);
    VerdictMeter.RETRAIN_FRESH_LABELS.gauge(registry, freshLabels::get);
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

  /** Shows the bound that the champion's macro F1 is held against. */
  void retrainPolicy(RetrainPolicy policy) {
    VerdictMeter.MACRO_F1_BOUND.gauge(registry, policy::macroF1Min, policy.window().name());
    decidingWindow = Optional.of(policy.window().name());
  }

  void review() {
    reviews.increment();
  }

  void label() {
    labels.increment();
  }

  void prediction(String label, double probability, ModelManifest version, Duration sinceReview) {
    predictions.add(label, version.version());
    confidence.record(100 * probability);
    latency.record(sinceReview.isNegative() ? Duration.ZERO : sinceReview);
  }

  void deadLetter(RejectedException fault) {
    deadLetters(fault.stage(), fault.reason()).increment();
  }

  void tombstone(String topic) {
    VerdictMeter.TOMBSTONES.counter(registry, topic).increment();
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
            segmentF1,
            confusion)) {
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
    boolean all = evaluation.modelVersion().equals(Evaluation.ALL);
    if (all || evaluation.classes().size() <= CLASSES) {
      evaluation
          .perClass()
          .forEach(
              (name, score) -> rows.get(classF1).add(Row.of(tags.and("label", name), score.f1())));
    }
    if (all
        && decidingWindow.equals(Optional.of(evaluation.window()))
        && evaluation.classes().size() <= CLASSES) {
      rows.get(confusion).addAll(confusion(evaluation));
    }
  }

  private static List<Row<?>> confusion(Evaluation evaluation) {
    List<String> classes = evaluation.classes();
    List<Row<?>> rows = new ArrayList<>();
    for (int actual = 0; actual < classes.size(); actual++) {
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        Tags tags =
            VerdictMeter.CONFUSION.tags(
                evaluation.window(), classes.get(actual), classes.get(predicted));
        rows.add(Row.of(tags, evaluation.confusionMatrix().get(actual).get(predicted)));
      }
    }
    return rows;
  }

  /**
   * Shows exactly these signals, in place of the last ones.
   *
   * @param champion whose levels are shown
   */
  void signals(Iterable<DriftSignals> signals, Optional<String> champion) {
    Map<MultiGauge, List<Row<?>>> rows = new LinkedHashMap<>();
    for (MultiGauge gauge :
        List.of(driftPsi, driftKs, driftLevel, estimatedF1, realizedMinusEstimated)) {
      rows.put(gauge, new ArrayList<>());
    }
    for (DriftSignals each : signals) {
      Tags version = Tags.of("version", each.modelVersion());
      each.features()
          .forEach(
              (name, feature) -> {
                Tags tags = version.and("feature", name);
                rows.get(driftPsi).add(Row.of(tags, feature.psi()));
                feature.ks().ifPresent(ks -> rows.get(driftKs).add(Row.of(tags, ks)));
                if (champion.equals(Optional.of(each.modelVersion()))) {
                  rows.get(driftLevel)
                      .add(Row.of(Tags.of("feature", name), level(feature.level())));
                }
              });
      each.estimatedMacroF1()
          .ifPresent(estimate -> rows.get(estimatedF1).add(Row.of(version, estimate)));
      each.realisedMinusEstimated()
          .ifPresent(
              difference -> rows.get(realizedMinusEstimated).add(Row.of(version, difference)));
    }
    rows.forEach((gauge, all) -> gauge.register(all, true));
  }

  private static int level(String wireName) {
    return switch (DriftLevel.valueOf(wireName.toUpperCase(Locale.ROOT))) {
      case NONE -> 0;
      case MODERATE -> 1;
      case LARGE -> 2;
    };
  }

  private static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private Counter trialDecisions(String decision) {
    return VerdictMeter.TRIAL_DECISIONS.counter(registry, decision);
  }

  private Counter driftSignals(String detector, String level) {
    return VerdictMeter.DRIFT_SIGNALS.counter(registry, detector, level);
  }

  private Counter labelsJoined(LabelOutcome outcome) {
    return VerdictMeter.LABELS_JOINED.counter(registry, outcome.wireName());
  }

  private Counter deadLetters(Stage stage, Reason reason) {
    return VerdictMeter.DEAD_LETTERS.counter(registry, stage.wireName(), reason.wireName());
  }

  private Counter retrainRequests(RetrainRequest.Trigger trigger) {
    return VerdictMeter.RETRAIN_REQUESTS.counter(registry, trigger.wireName());
  }

  /** Where this service rejects a record for the reason; empty for a reason of the trainer's. */
  private static Optional<Stage> stageOf(Reason reason) {
    return switch (reason) {
      case NOT_UTF8,
          NOT_JSON,
          NOT_AVRO,
          UNKNOWN_SCHEMA,
          INCOMPATIBLE_SCHEMA,
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
