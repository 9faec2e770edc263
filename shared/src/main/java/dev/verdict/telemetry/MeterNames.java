package dev.verdict.telemetry;

/**
 * Names of Verdict's own meters, in Micrometer's dotted form; Prometheus shows them with
 * underscores and the usual suffixes ({@code verdict.reviews} as {@code verdict_reviews_total}).
 */
public final class MeterNames {
  /** Counter: records read from {@code reviews}. */
  public static final String REVIEWS = "verdict.reviews";

  /** Counter by label and version: predictions made. */
  public static final String PREDICTIONS = "verdict.predictions";

  /** Counter: records read from {@code labels}. */
  public static final String LABELS = "verdict.labels";

  /** Counter by outcome: labels joined with predictions, repeated, or not counted. */
  public static final String LABELS_JOINED = "verdict.labels.joined";

  /** Counter by stage and reason: dead letters. */
  public static final String DEAD_LETTERS = "verdict.dead.letters";

  /** Counter by topic: tombstones ignored. */
  public static final String TOMBSTONES = "verdict.tombstones";

  /** Gauge by window and version: rolling macro F1. */
  public static final String MACRO_F1 = "verdict.macro.f1";

  /** Gauge by window and version: lower end of the 95% interval of macro F1. */
  public static final String MACRO_F1_LOW = "verdict.macro.f1.low";

  /** Gauge by window and version: upper end of the 95% interval of macro F1. */
  public static final String MACRO_F1_HIGH = "verdict.macro.f1.high";

  /** Gauge by window (the one that decides): macro F1 below which retraining is requested. */
  public static final String MACRO_F1_BOUND = "verdict.macro.f1.bound";

  /** Gauge by window and version: labels in the window. */
  public static final String WINDOW_LABELS = "verdict.window.labels";

  /** Gauge by window and version: mean of -ln of the actual class's probability. */
  public static final String LOG_LOSS = "verdict.log.loss";

  /** Gauge by window and version: expected calibration error. */
  public static final String CALIBRATION_ERROR = "verdict.calibration.error";

  /** Gauge by window of time and version: share of the predictions that have their label. */
  public static final String LABEL_COVERAGE = "verdict.label.coverage";

  /** Gauge by window of time and version: labels that came after their window was gone. */
  public static final String LABELS_TOO_LATE = "verdict.labels.too.late";

  /** Gauge by window, version and quantile: seconds from a review to its label. */
  public static final String LABEL_LAG = "verdict.label.lag.seconds";

  /** Gauge by window, version and label: rolling F1 of a class. */
  public static final String CLASS_F1 = "verdict.class.f1";

  /** Gauge by window and segment: rolling macro F1 of a segment of all reviews. */
  public static final String SEGMENT_MACRO_F1 = "verdict.segment.macro.f1";

  /** Gauge by phase: 1 for the one in which retraining is. */
  public static final String RETRAIN_PHASE = "verdict.retrain.phase";

  /** Gauge: labels of the champion of which no request or run has made use. */
  public static final String RETRAIN_FRESH_LABELS = "verdict.retrain.fresh.labels";

  /** Counter by detector and level (drift, warning): what reads the champion's errors has said. */
  public static final String DRIFT_SIGNALS = "verdict.drift.signals";

  /** Gauge by phase (shadow, canary): 1 for the one in which the trial of a challenger is. */
  public static final String TRIAL_PHASE = "verdict.trial.phase";

  /** Gauge by role: labels that the trial has counted of it. */
  public static final String TRIAL_LABELS = "verdict.trial.labels";

  /** Gauge by role: macro F1 in the trial under way. */
  public static final String TRIAL_MACRO_F1 = "verdict.trial.macro.f1";

  /** Gauge: lower end of the difference between challenger and champion, at any time. */
  public static final String TRIAL_DIFFERENCE_LOW = "verdict.trial.difference.low";

  /** Gauge: upper end of the difference between challenger and champion, at any time. */
  public static final String TRIAL_DIFFERENCE_HIGH = "verdict.trial.difference.high";

  /** Gauge by finding (better, worse): e-value for it. */
  public static final String TRIAL_EVIDENCE = "verdict.trial.evidence";

  /** Counter by decision: canary, promote, rollback, reject. */
  public static final String TRIAL_DECISIONS = "verdict.trial.decisions";

  /** Counter by trigger: retrain requests written. */
  public static final String RETRAIN_REQUESTS = "verdict.retrain.requests";

  /** Info gauge by version: 1 for the champion that serves. */
  public static final String CHAMPION = "verdict.champion.info";

  /** Info gauge by version: 1 for the challenger that is scored in shadow. */
  public static final String CHALLENGER = "verdict.challenger.info";

  /** Info gauge by version: 1 for the previous champion that is kept warm. */
  public static final String PREVIOUS = "verdict.previous.info";

  /** Info gauge by version: 1 for the champion while it serves a share of the ids only. */
  public static final String CANARY = "verdict.canary.info";

  /** Gauge by version and reason: 1 for each version that has a role but is refused now. */
  public static final String MODEL_REFUSED = "verdict.model.refused";

  /** Counter by outcome: reviews of the challenger's share that it scored, or that were dropped. */
  public static final String SHADOW_REVIEWS = "verdict.shadow.reviews";

  /** Counter: champions swapped in. */
  public static final String SWAPS = "verdict.swaps";

  /** Timer: one batch through the model. */
  public static final String INFERENCE = "verdict.inference";

  /** Summary: reviews of a batch. */
  public static final String BATCH_ROWS = "verdict.batch.rows";

  /** Counter by reason (full, waited, drained, swap): batches by why they took no more reviews. */
  public static final String BATCHES = "verdict.batches";

  /** Gauge: padded tokens that a batch may have now; below batch.max.tokens memory was short. */
  public static final String BATCH_BUDGET = "verdict.batch.budget";

  /** Counter: batches that did not fit into memory and were halved. */
  public static final String BATCH_BACKOFFS = "verdict.batch.backoffs";

  /** Counter by kind (real, padding): tokens through the model. */
  public static final String TOKENS = "verdict.tokens";

  /** Timer: from a review's timestamp to its prediction. */
  public static final String LATENCY = "verdict.prediction.latency";

  /** Gauge: reviews that wait for a batch. */
  public static final String QUEUE = "verdict.inference.queue";

  /** Gauge: bytes of the reviews that were polled but not yet processed. */
  public static final String QUEUE_BYTES = "verdict.inference.queue.bytes";

  /** Counter by state: training runs ended. */
  public static final String TRAINING_RUNS = "verdict.training.runs";

  /** Gauge: step of the training run under way. */
  public static final String TRAINING_STEP = "verdict.training.step";

  /** Gauge: mean loss of the training run under way. */
  public static final String TRAINING_LOSS = "verdict.training.loss";

  /** Gauge: best validation macro F1 of the training run under way. */
  public static final String TRAINING_MACRO_F1 = "verdict.training.macro.f1";

  /** Gauge: speed of the training run under way, in samples a second. */
  public static final String TRAINING_SPEED = "verdict.training.samples.per.second";

  /** Info gauge by version of Verdict: 1 for each running service. */
  public static final String BUILD = "verdict.build.info";

  private MeterNames() {}
}
