package dev.verdict.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Verdict's own meters: name, kind, labels and meaning of each, declared once. The services build
 * their meters from here, and {@code docs/metrics.md} is generated from here.
 *
 * <p>Names are in Micrometer's dotted form; Prometheus shows them with underscores and the usual
 * suffixes ({@code verdict.reviews} as {@code verdict_reviews_total}).
 */
public enum VerdictMeter {
  MACRO_F1("verdict.macro.f1", Kind.GAUGE, Group.QUALITY, "Rolling macro F1.", "version", "window"),
  MACRO_F1_LOW(
      "verdict.macro.f1.low",
      Kind.GAUGE,
      Group.QUALITY,
      "Lower end of the 95% interval of macro F1.",
      "version",
      "window"),
  MACRO_F1_HIGH(
      "verdict.macro.f1.high",
      Kind.GAUGE,
      Group.QUALITY,
      "Upper end of the 95% interval of macro F1.",
      "version",
      "window"),
  MACRO_F1_BOUND(
      "verdict.macro.f1.bound",
      Kind.GAUGE,
      Group.QUALITY,
      "Macro F1 below which retraining is requested; of the window that decides (retrain.window).",
      "window"),
  CLASS_F1(
      "verdict.class.f1",
      Kind.GAUGE,
      Group.QUALITY,
      "Rolling F1 of a class; of all versions together only with more than 20 classes.",
      "version",
      "window",
      "label"),
  SEGMENT_MACRO_F1(
      "verdict.segment.macro.f1",
      Kind.GAUGE,
      Group.QUALITY,
      "Rolling macro F1 of a segment of all reviews (evaluation.segments).",
      "segment",
      "window"),
  CONFUSION(
      "verdict.confusion",
      Kind.GAUGE,
      Group.QUALITY,
      "Labels in the window that decides, of all versions, by actual and predicted class; absent"
          + " with more than 20 classes.",
      "window",
      "actual",
      "predicted"),
  WINDOW_LABELS(
      "verdict.window.labels",
      Kind.GAUGE,
      Group.QUALITY,
      "Labels that the window holds.",
      "version",
      "window"),
  LOG_LOSS(
      "verdict.log.loss",
      Kind.GAUGE,
      Group.QUALITY,
      "Rolling mean of -ln of the actual class's probability.",
      "version",
      "window"),
  CALIBRATION_ERROR(
      "verdict.calibration.error",
      Kind.GAUGE,
      Group.QUALITY,
      "Rolling expected calibration error.",
      "version",
      "window"),
  LABEL_COVERAGE(
      "verdict.label.coverage",
      Kind.GAUGE,
      Group.QUALITY,
      "Share of the predictions in a window of time that have their label.",
      "version",
      "window"),
  LABEL_LAG(
      "verdict.label.lag.seconds",
      Kind.GAUGE,
      Group.QUALITY,
      "Seconds from a review to its label, by quantile.",
      "version",
      "window",
      "quantile"),
  LABELS_TOO_LATE(
      "verdict.labels.too.late",
      Kind.GAUGE,
      Group.QUALITY,
      "Labels that came after their window was gone.",
      "version",
      "window"),
  LABELS("verdict.labels", Kind.COUNTER, Group.QUALITY, "Records read from labels."),
  LABELS_JOINED(
      "verdict.labels.joined",
      Kind.COUNTER,
      Group.QUALITY,
      "Labels by what became of them: counted, repeated, changed, orphan, seen_in_training.",
      "outcome"),

  DRIFT_SIGNALS(
      "verdict.drift.signals",
      Kind.COUNTER,
      Group.DRIFT,
      "Alarms (drift) and warnings of the detector that reads the champion's errors.",
      "detector",
      "level"),
  DRIFT_PSI(
      "verdict.drift.psi",
      Kind.GAUGE,
      Group.DRIFT,
      "Population stability index against the version's reference.",
      "version",
      "feature"),
  DRIFT_KS(
      "verdict.drift.ks",
      Kind.GAUGE,
      Group.DRIFT,
      "Kolmogorov-Smirnov statistic against the version's reference.",
      "version",
      "feature"),
  DRIFT_LEVEL(
      "verdict.drift.level",
      Kind.GAUGE,
      Group.DRIFT,
      "How far the champion's reviews changed: 0 none, 1 moderate, 2 large.",
      "feature"),
  ESTIMATED_MACRO_F1(
      "verdict.estimated.macro.f1",
      Kind.GAUGE,
      Group.DRIFT,
      "Macro F1 to be expected by the probabilities, without labels.",
      "version"),
  REALIZED_MINUS_ESTIMATED_MACRO_F1(
      "verdict.realized.minus.estimated.macro.f1",
      Kind.GAUGE,
      Group.DRIFT,
      "Macro F1 by the labels less that by the probabilities.",
      "version"),

  RETRAIN_PHASE(
      "verdict.retrain.phase",
      Kind.GAUGE,
      Group.DECISIONS,
      "1 for the phase in which retraining is, 0 for the others: steady, suspect, requested,"
          + " training, cooldown.",
      "phase"),
  RETRAIN_FRESH_LABELS(
      "verdict.retrain.fresh.labels",
      Kind.GAUGE,
      Group.DECISIONS,
      "Labels of the champion of which no request or run has made use."),
  RETRAIN_REQUESTS(
      "verdict.retrain.requests",
      Kind.COUNTER,
      Group.DECISIONS,
      "Retrain requests written by Verdict.",
      "trigger"),
  TRIAL_PHASE(
      "verdict.trial.phase",
      Kind.GAUGE,
      Group.DECISIONS,
      "1 for the phase in which the trial of a challenger is: shadow or canary.",
      "phase"),
  TRIAL_LABELS(
      "verdict.trial.labels",
      Kind.GAUGE,
      Group.DECISIONS,
      "Labels that the trial under way has counted: shadow, canary, former.",
      "role"),
  TRIAL_MACRO_F1(
      "verdict.trial.macro.f1",
      Kind.GAUGE,
      Group.DECISIONS,
      "Macro F1 in the trial under way: champion and challenger, canary and former.",
      "role"),
  TRIAL_DIFFERENCE_LOW(
      "verdict.trial.difference.low",
      Kind.GAUGE,
      Group.DECISIONS,
      "Lower end of what the challenger is better by, valid at any time.",
      "test"),
  TRIAL_DIFFERENCE_HIGH(
      "verdict.trial.difference.high",
      Kind.GAUGE,
      Group.DECISIONS,
      "Upper end of what the challenger is better by, valid at any time.",
      "test"),
  TRIAL_EVIDENCE(
      "verdict.trial.evidence",
      Kind.GAUGE,
      Group.DECISIONS,
      "Evidence of the trial, an e-value, that the challenger is better or worse.",
      "finding"),
  TRIAL_DECISIONS(
      "verdict.trial.decisions",
      Kind.COUNTER,
      Group.DECISIONS,
      "Decisions on challengers and canaries: canary, promote, rollback, reject.",
      "decision"),

  CHAMPION(
      "verdict.champion.info",
      Kind.GAUGE,
      Group.VERSIONS,
      "1 for the version that serves.",
      "version"),
  CHALLENGER(
      "verdict.challenger.info",
      Kind.GAUGE,
      Group.VERSIONS,
      "1 for the version that is scored in shadow.",
      "version"),
  PREVIOUS(
      "verdict.previous.info",
      Kind.GAUGE,
      Group.VERSIONS,
      "1 for the champion of before, kept warm.",
      "version"),
  CANARY(
      "verdict.canary.info",
      Kind.GAUGE,
      Group.VERSIONS,
      "1 for the champion while it serves a share of the ids only.",
      "version"),
  MODEL_REFUSED(
      "verdict.model.refused",
      Kind.GAUGE,
      Group.VERSIONS,
      "1 for each version that has a role but is refused now.",
      "version",
      "role",
      "reason"),
  SWAPS("verdict.swaps", Kind.COUNTER, Group.VERSIONS, "Champions swapped in after the first."),

  REVIEWS("verdict.reviews", Kind.COUNTER, Group.STREAM, "Records read from reviews."),
  PREDICTIONS(
      "verdict.predictions",
      Kind.COUNTER,
      Group.STREAM,
      "Predictions made, by versions that have a role.",
      "label",
      "version"),
  CONFIDENCE(
      "verdict.prediction.confidence.percent",
      Kind.HISTOGRAM,
      Group.STREAM,
      "Probability of the predicted class, in percent."),
  LATENCY(
      "verdict.prediction.latency",
      Kind.TIMER,
      Group.STREAM,
      "From a review's record timestamp to its prediction."),
  DEAD_LETTERS(
      "verdict.dead.letters",
      Kind.COUNTER,
      Group.STREAM,
      "Records that went to the dead letters; the trainer's are retrain requests.",
      "stage",
      "reason"),
  TOMBSTONES("verdict.tombstones", Kind.COUNTER, Group.STREAM, "Tombstones ignored.", "topic"),
  INFERENCE("verdict.inference", Kind.TIMER, Group.STREAM, "One batch through the model."),
  QUEUE_WAIT(
      "verdict.inference.wait",
      Kind.TIMER,
      Group.STREAM,
      "From when a review was queued to when its batch went to the model, or the cache answered it:"
          + " the queue's age."),
  QUEUE("verdict.inference.queue", Kind.GAUGE, Group.STREAM, "Reviews that wait for a batch."),
  QUEUE_BYTES(
      "verdict.inference.queue.bytes",
      Kind.GAUGE,
      Group.STREAM,
      "Bytes of the reviews that were polled but not yet processed."),
  BATCH_ROWS("verdict.batch.rows", Kind.SUMMARY, Group.STREAM, "Different texts of a batch."),
  BATCHES(
      "verdict.batches",
      Kind.COUNTER,
      Group.STREAM,
      "Batches by why they took no more reviews: full, waited, drained, swap.",
      "reason"),
  BATCH_BUDGET(
      "verdict.batch.budget",
      Kind.GAUGE,
      Group.STREAM,
      "Tokens that a batch may have now; below batch.max.tokens memory was short."),
  BATCH_BACKOFFS(
      "verdict.batch.backoffs",
      Kind.COUNTER,
      Group.STREAM,
      "Batches that did not fit into memory and were halved."),
  CACHE(
      "verdict.inference.cache",
      Kind.COUNTER,
      Group.STREAM,
      "Reviews by whether their tokens were scored before, or with another's: hit, miss.",
      "result"),
  STATE_MEMORY(
      "verdict.state.memory.bytes",
      Kind.GAUGE,
      Group.STREAM,
      "Native memory of the state stores in use, of state.memory.bytes."),
  TOKENS(
      "verdict.tokens", Kind.COUNTER, Group.STREAM, "Tokens through the model; none is padding."),
  SHADOW_REVIEWS(
      "verdict.shadow.reviews",
      Kind.COUNTER,
      Group.STREAM,
      "Reviews of the challenger's share by what became of them: scored, dropped, failed.",
      "outcome"),

  TRAINING_RUNS(
      "verdict.training.runs",
      Kind.COUNTER,
      Group.TRAINING,
      "Training runs ended: published, rejected by the gate, failed, skipped.",
      "state"),
  TRAINING_STEP(
      "verdict.training.step",
      Kind.GAUGE,
      Group.TRAINING,
      "Steps done of the training run under way; like all gauges of a run, the last one's until"
          + " the next begins."),
  TRAINING_STEPS(
      "verdict.training.steps",
      Kind.GAUGE,
      Group.TRAINING,
      "Steps of the whole training run, if it is not stopped early."),
  TRAINING_ETA(
      "verdict.training.eta.seconds",
      Kind.GAUGE,
      Group.TRAINING,
      "Seconds that the training run under way still takes."),
  TRAINING_LOSS(
      "verdict.training.loss",
      Kind.GAUGE,
      Group.TRAINING,
      "Mean loss since the last validation, in nats."),
  TRAINING_VALIDATION_LOSS(
      "verdict.training.validation.loss",
      Kind.GAUGE,
      Group.TRAINING,
      "Loss of the last validation, in nats."),
  TRAINING_MACRO_F1(
      "verdict.training.macro.f1",
      Kind.GAUGE,
      Group.TRAINING,
      "Best validation macro F1 of the training run under way."),
  TRAINING_SPEED(
      "verdict.training.samples.per.second",
      Kind.GAUGE,
      Group.TRAINING,
      "Speed of the training run under way in samples a second."),

  BUILD(
      "verdict.build.info",
      Kind.GAUGE,
      Group.BOTH,
      "1 for the running version of Verdict.",
      "version"),
  RESIDENT_MEMORY(
      "process.resident.memory.bytes",
      Kind.GAUGE,
      Group.BOTH,
      "Memory of the process that is in RAM, libtorch's and RocksDB's native memory included;"
          + " on Linux only.");

  /** How Prometheus shows a meter. */
  public enum Kind {
    COUNTER("counter", "_total"),
    GAUGE("gauge", ""),
    /** Durations, with buckets. */
    TIMER("histogram", "_seconds"),
    /** Numbers, with buckets. */
    HISTOGRAM("histogram", ""),
    /** Count, sum and the largest of late. */
    SUMMARY("summary", "");

    private final String prometheusType;
    private final String suffix;

    Kind(String prometheusType, String suffix) {
      this.prometheusType = prometheusType;
      this.suffix = suffix;
    }
  }

  /** A section of the documentation. */
  public enum Group {
    QUALITY("Quality", "streams"),
    DRIFT("Drift", "streams"),
    DECISIONS("Retraining and trials", "streams"),
    VERSIONS("Versions", "streams"),
    STREAM("Stream", "streams"),
    TRAINING("Training", "trainer"),
    BOTH("Both services", "streams, trainer");

    private final String title;
    private final String services;

    Group(String title, String services) {
      this.title = title;
      this.services = services;
    }

    public String title() {
      return title;
    }

    /** The values that the label {@code service} has. */
    public String services() {
      return services;
    }
  }

  private final String meterName;
  private final Kind kind;
  private final Group group;
  private final String description;

  // List.of makes it unmodifiable.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> labels;

  VerdictMeter(String meterName, Kind kind, Group group, String description, String... labels) {
    this.meterName = meterName;
    this.kind = kind;
    this.group = group;
    this.description = description;
    this.labels = List.of(labels);
  }

  /** The name in Micrometer's dotted form. */
  public String meterName() {
    return meterName;
  }

  /** The name as Prometheus shows it. */
  public String prometheusName() {
    return meterName.replace('.', '_') + kind.suffix;
  }

  /** {@code counter}, {@code gauge}, {@code histogram} or {@code summary}. */
  public String prometheusType() {
    return kind.prometheusType;
  }

  public Kind kind() {
    return kind;
  }

  public Group group() {
    return group;
  }

  public String description() {
    return description;
  }

  /** The labels besides {@code service} and {@code model}, in the order of {@link #tags}. */
  public List<String> labels() {
    return labels;
  }

  /**
   * The labels with these values.
   *
   * @throws IllegalArgumentException unless there is one value for each label
   */
  public Tags tags(String... values) {
    if (values.length != labels.size()) {
      throw new IllegalArgumentException(
          "%s has %d values, must have one for each of %s"
              .formatted(meterName, values.length, labels));
    }
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      pairs.add(labels.get(i));
      pairs.add(values[i]);
    }
    return Tags.of(pairs.toArray(String[]::new));
  }

  /** The counter with these labels, made if there is none. */
  public Counter counter(MeterRegistry registry, String... values) {
    return Counter.builder(meterName)
        .description(description)
        .tags(tags(values))
        .register(registry);
  }

  /** Shows the value whenever it is asked for. */
  public void gauge(MeterRegistry registry, Supplier<Number> value, String... values) {
    Gauge.builder(meterName, value).description(description).tags(tags(values)).register(registry);
  }

  /** A gauge whose rows, made with {@link #tags}, come and go. */
  public MultiGauge gauges(MeterRegistry registry) {
    return MultiGauge.builder(meterName).description(description).register(registry);
  }

  /** A builder of this timer, of which only the buckets are left to say. */
  public Timer.Builder timer() {
    return Timer.builder(meterName).description(description);
  }

  /** A builder of this summary, of which only the buckets are left to say. */
  public DistributionSummary.Builder summary() {
    return DistributionSummary.builder(meterName).description(description);
  }
}
