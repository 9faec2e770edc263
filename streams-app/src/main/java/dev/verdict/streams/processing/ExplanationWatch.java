package dev.verdict.streams.processing;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.JsonSerde;
import dev.verdict.drift.F1Cause;
import dev.verdict.drift.F1Explanation;
import dev.verdict.drift.F1Period;
import dev.verdict.drift.SegmentScore;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.evaluation.MacroF1Interval;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainState.Phase;
import dev.verdict.evaluation.WindowSpec;
import dev.verdict.streams.processing.SignalWatch.Signals;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells why the champion's F1 fell: what it is compared with is its last score while nothing was
 * wrong. Until a new champion has such a score, it is compared with that of the one before, or, if
 * its fall had been told, with its last score.
 *
 * <p>F1 has fallen when its whole interval is below that score. It is told once when a detector has
 * raised an alarm, and once when the interval is also below the bound of retraining: by then there
 * is more to be seen. It is told again only after F1 was back, or for another champion.
 *
 * <p>On fewer labels than retraining needs nothing is compared. A score that looks low there, or an
 * alarm, is told once with that as its cause, when it has lasted: most scores of few labels look
 * low for a moment.
 */
final class ExplanationWatch {
  private static final String STORE = "f1-explanation";

  /** A score on fewer does not even look low. */
  private static final long FEWEST_LABELS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(ExplanationWatch.class);

  /**
   * What is remembered.
   *
   * @param before the period that the present is compared with
   * @param last the present, once a fall was told
   * @param alarmed whether a detector raised an alarm about the champion
   * @param lowSince when the score began to look low on too few labels
   * @param told what of the present fall
   */
  record Episode(
      String version,
      Optional<F1Period> before,
      Optional<F1Period> last,
      boolean alarmed,
      Optional<Instant> lowSince,
      Told told) {
    Episode {
      told = told == null ? Told.NOTHING : told;
    }

    private static Episode begin(String version, Optional<F1Period> before) {
      return new Episode(version, before, Optional.empty(), false, Optional.empty(), Told.NOTHING);
    }

    private Episode alarmed(boolean now) {
      return new Episode(version, before, last, now, lowSince, told);
    }

    private Episode low(Optional<Instant> since) {
      return new Episode(version, before, last, alarmed, since, told);
    }

    private Episode telling(Told now, F1Period period) {
      return new Episode(version, before, Optional.of(period), alarmed, Optional.empty(), now);
    }

    private Episode tellingTooFewLabels() {
      return new Episode(version, before, last, alarmed, lowSince, Told.TOO_FEW_LABELS);
    }
  }

  /** What was told of a fall. */
  enum Told {
    NOTHING,
    TOO_FEW_LABELS,
    ALARM,
    BELOW_BOUND
  }

  /** In the place of a score that there never was: its figures are none, and are left out. */
  private static final F1Period NEVER =
      new F1Period(
          Double.NaN,
          new MacroF1Interval(Double.NaN, Double.NaN),
          OptionalDouble.empty(),
          0,
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of());

  private final String model;
  private final RetrainPolicy policy;
  private final Duration patience;
  private final F1Explanation.Rule rule;
  private final String segmentWindow;
  private final Findings findings;
  private final KeyValueStore<String, Episode> store;
  private Episode episode;

  /**
   * Goes on from what the store holds.
   *
   * @param patience with a score that looks low on too few labels
   */
  ExplanationWatch(
      String model,
      RetrainPolicy policy,
      Duration patience,
      F1Explanation.Rule rule,
      EvaluationPlan plan,
      Findings findings,
      ProcessorContext<?, ?> context) {
    this.model = model;
    this.policy = policy;
    this.patience = patience;
    this.rule = rule;
    this.segmentWindow = segmentWindow(plan, policy);
    this.findings = findings;
    this.store = context.getStateStore(STORE);
    Episode kept = store.get(model);
    this.episode = kept == null ? Episode.begin("", Optional.empty()) : kept;
  }

  /** The store that belongs to it. */
  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), new JsonSerde<>(Episode.class));
  }

  /**
   * The last N labels of each segment would give all segments the same weight, however rare; in a
   * stretch of time each has its own.
   */
  private static String segmentWindow(EvaluationPlan plan, RetrainPolicy policy) {
    return plan.windows().stream()
        .filter(WindowSpec.Rolling.class::isInstance)
        .findFirst()
        .filter(rolling -> policy.window() instanceof WindowSpec.Last)
        .orElse(policy.window())
        .name();
  }

  /** Another version serves, or the same. */
  void champion(String version) {
    if (!episode.version().equals(version)) {
      boolean fallTold = episode.told().compareTo(Told.TOO_FEW_LABELS) > 0;
      keep(Episode.begin(version, fallTold ? episode.last() : episode.before()));
    }
  }

  /** A detector raised an alarm about a version, or withdrew it. */
  void drift(String version, boolean raised) {
    if (episode.version().equals(version)) {
      keep(episode.alarmed(raised));
    }
  }

  /**
   * The champion's score.
   *
   * @param newest every scope's scores
   * @param phase of retraining
   * @param signals of the champion's last predictions
   */
  void evaluated(
      Evaluation score,
      List<Evaluation> newest,
      Phase phase,
      Optional<Signals> signals,
      Instant now) {
    if (!score.modelVersion().equals(episode.version())) {
      return;
    }
    if (score.labels() < policy.minLabels()) {
      tooFewLabels(score, newest, signals, now);
      return;
    }
    F1Period period = period(score, newest, signals);
    boolean fell = episode.before().filter(each -> fell(each, period)).isPresent();
    boolean low = period.interval().high() < policy.macroF1Min();
    if (fell) {
      fallen(low, period, signals, now);
      return;
    }
    boolean well = period.interval().low() >= policy.macroF1Leave();
    boolean over = well && episode.told() != Told.NOTHING;
    keep(
        new Episode(
            episode.version(),
            episode.before().isEmpty() || (well && phase == Phase.STEADY)
                ? Optional.of(period)
                : episode.before(),
            Optional.empty(),
            episode.alarmed() && !over,
            Optional.empty(),
            over ? Told.NOTHING : episode.told()));
  }

  private void tooFewLabels(
      Evaluation score, List<Evaluation> newest, Optional<Signals> signals, Instant now) {
    boolean looksLow =
        score.labels() >= FEWEST_LABELS
            && (score.macroF1() < policy.macroF1Min() || episode.alarmed());
    if (!looksLow || episode.told() != Told.NOTHING) {
      keep(episode.low(Optional.empty()));
      return;
    }
    Instant since = episode.lowSince().orElse(now);
    if (now.isBefore(since.plus(patience))) {
      keep(episode.low(Optional.of(since)));
      return;
    }
    F1Period period = period(score, newest, signals);
    explain(episode.before().orElse(NEVER), period, signals, rule.needing(policy.minLabels()), now);
    keep(episode.tellingTooFewLabels());
  }

  private void fallen(boolean low, F1Period period, Optional<Signals> signals, Instant now) {
    Told reached = low ? Told.BELOW_BOUND : episode.alarmed() ? Told.ALARM : Told.NOTHING;
    if (reached.compareTo(episode.told()) > 0) {
      explain(episode.before().orElseThrow(), period, signals, rule, now);
      keep(episode.telling(reached, period));
    } else if (episode.told() != Told.NOTHING) {
      keep(episode.telling(episode.told(), period));
    }
  }

  /** A perfect score is above its own interval, which then is what counts. */
  private static boolean fell(F1Period before, F1Period now) {
    return now.interval().high() < Math.min(before.macroF1(), before.interval().high());
  }

  private void explain(
      F1Period before,
      F1Period now,
      Optional<Signals> signals,
      F1Explanation.Rule needs,
      Instant at) {
    F1Explanation explanation =
        F1Explanation.of(before, now, signals.flatMap(Signals::inputs), needs);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("fall", explanation.fall());
    figures.put("macro_f1_before", before.macroF1());
    figures.put("macro_f1", now.macroF1());
    figures.put("macro_f1_low", now.interval().low());
    figures.put("macro_f1_high", now.interval().high());
    figures.put("labels", (double) now.labelled());
    figures.put("label_coverage", now.coverage());
    for (F1Cause cause : explanation.causes()) {
      String prefix = cause.kind().label() + "_";
      figures.put(prefix + "strength", cause.strength());
      cause.figures().forEach((name, figure) -> figures.put(prefix + name, figure));
    }
    String reason =
        explanation.causes().stream().map(F1Cause::sentence).collect(Collectors.joining(" "));
    LOG.info("Why macro F1 of {} is low: {}", episode.version(), reason);
    findings.add(
        new Finding.Decided(new Decision("explain", "f1", episode.version(), reason, figures, at)));
  }

  private F1Period period(Evaluation score, List<Evaluation> newest, Optional<Signals> signals) {
    Map<String, Long> labels = new HashMap<>();
    Map<String, Long> predicted = new HashMap<>();
    for (int i = 0; i < score.classes().size(); i++) {
      for (int j = 0; j < score.classes().size(); j++) {
        long count = score.confusionMatrix().get(i).get(j);
        labels.merge(score.classes().get(i), count, Long::sum);
        predicted.merge(score.classes().get(j), count, Long::sum);
      }
    }
    return new F1Period(
        score.macroF1(),
        new MacroF1Interval(score.macroF1Interval().low(), score.macroF1Interval().high()),
        signals.map(each -> each.served().estimate().macroF1()).orElse(OptionalDouble.empty()),
        score.predictions().orElseGet(() -> predictions(score, newest)),
        predicted,
        labels,
        Map.of(score.modelVersion(), score.labels()),
        newest.stream()
            .filter(each -> each.segment().isPresent() && each.window().equals(segmentWindow))
            .collect(
                Collectors.toMap(
                    each -> each.segment().get(),
                    each -> new SegmentScore(each.macroF1(), each.labels()))));
  }

  /** As many as the labels are of at the coverage of a window of time; 0 where there is none. */
  private static long predictions(Evaluation score, List<Evaluation> newest) {
    return newest.stream()
        .filter(each -> each.segment().isEmpty())
        .filter(each -> each.modelVersion().equals(score.modelVersion()))
        .flatMapToDouble(each -> each.labelCoverage().stream())
        .filter(coverage -> coverage > 0)
        .mapToLong(coverage -> Math.round(score.labels() / coverage))
        .findFirst()
        .orElse(0);
  }

  private void keep(Episode next) {
    if (!next.equals(episode)) {
      episode = next;
      store.put(model, next);
    }
  }
}
