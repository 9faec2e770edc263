package dev.verdict.streams.processing;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.Evaluation.ClassScore;
import dev.verdict.contract.Evaluation.Interval;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.MacroF1Interval;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RollingEvaluation;
import dev.verdict.evaluation.WindowSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rolling scores of each version and of all together, publishes those that changed, and
 * asks for retraining when the champion's fall too low. All graded predictions of the model come
 * here, whatever partition they were made on, so the scores are global and exact.
 */
final class EvaluateModels implements Processor<String, GradedPrediction, String, Finding> {
  static final String SCORES_STORE = "rolling-scores";
  static final String REQUESTS_STORE = "last-retrain-request";

  /** The scope of every version together. */
  static final String ALL = "all";

  /** Versions whose scores are kept; older ones no longer get labels worth counting. */
  private static final int VERSIONS_KEPT = 10;

  private static final Logger LOG = LoggerFactory.getLogger(EvaluateModels.class);

  /**
   * What evaluating needs.
   *
   * @param champion the version that serves, none before the first
   */
  record Settings(
      String model,
      List<WindowSpec> windows,
      Duration interval,
      RetrainPolicy policy,
      Supplier<Optional<ModelManifest>> champion) {}

  private final Settings settings;
  private final StreamMeters meters;
  private final Map<String, RollingEvaluation> scores = new TreeMap<>();
  private final Set<String> changed = new HashSet<>();
  private ProcessorContext<String, Finding> context;
  private KeyValueStore<String, RollingEvaluation.Snapshot> scoresStore;
  private KeyValueStore<String, Long> requestsStore;

  EvaluateModels(Settings settings, StreamMeters meters) {
    this.settings = settings;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, Finding> processorContext) {
    context = processorContext;
    scoresStore = context.getStateStore(SCORES_STORE);
    requestsStore = context.getStateStore(REQUESTS_STORE);
    // Kafka Streams may begin again with the same processor, after a transaction was aborted.
    scores.clear();
    changed.clear();
    try (KeyValueIterator<String, RollingEvaluation.Snapshot> stored = scoresStore.all()) {
      stored.forEachRemaining(
          entry -> scores.put(entry.key, new RollingEvaluation(settings.windows, entry.value)));
    }
    changed.addAll(scores.keySet());
    meters.retrainPolicy(settings.policy);
    context.schedule(settings.interval, PunctuationType.WALL_CLOCK_TIME, this::publish);
  }

  @Override
  public void process(Record<String, GradedPrediction> record) {
    GradedPrediction graded = record.value();
    for (String scope : List.of(ALL, graded.modelVersion())) {
      RollingEvaluation rolling = scores.computeIfAbsent(scope, this::empty);
      rolling.add(
          graded.actual(),
          graded.predicted(),
          graded.reviewTimestamp(),
          Instant.ofEpochMilli(context.currentSystemTimeMs()));
      scoresStore.put(scope, rolling.snapshot());
      changed.add(scope);
    }
  }

  @Override
  public void close() {
    meters.scores(List.of());
  }

  private RollingEvaluation empty(String scope) {
    return new RollingEvaluation(
        settings.windows, settings.champion.get().map(ModelManifest::labels).orElse(List.of()));
  }

  private void publish(long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    forgetOldVersions();
    List<Evaluation> all = new ArrayList<>();
    for (Map.Entry<String, RollingEvaluation> entry : scores.entrySet()) {
      for (WindowSpec window : settings.windows) {
        Evaluation evaluation = evaluation(entry.getKey(), window, entry.getValue(), now);
        all.add(evaluation);
        if (changed.contains(entry.getKey())) {
          String key = "%s/%s/%s".formatted(settings.model, entry.getKey(), window.name());
          context.forward(new Record<>(key, new Finding.Scored(evaluation), nowMillis));
        }
      }
    }
    meters.scores(all);
    settings
        .champion
        .get()
        .filter(champion -> changed.contains(champion.version()))
        .filter(champion -> scores.containsKey(champion.version()))
        .ifPresent(champion -> decide(champion, now));
    changed.clear();
  }

  private void decide(ModelManifest champion, Instant now) {
    ConfusionMatrix matrix = scores.get(champion.version()).matrix(settings.policy.window());
    Optional<Instant> last =
        Optional.ofNullable(requestsStore.get(settings.model)).map(Instant::ofEpochMilli);
    RetrainPolicy policy = settings.policy;
    if (matrix.total() >= policy.minLabels()
        && matrix.macroF1() < policy.macroF1Min()
        && last.filter(each -> now.isBefore(each.plus(policy.cooldown()))).isEmpty()) {
      String reason =
          String.format(
              Locale.ROOT,
              "macro F1 of %s is %.4f on %d labels, below %.4f",
              policy.window().name(),
              matrix.macroF1(),
              matrix.total(),
              policy.macroF1Min());
      request(champion, matrix, reason, now);
    }
  }

  private void request(ModelManifest champion, ConfusionMatrix matrix, String reason, Instant now) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("macro_f1", matrix.macroF1());
    figures.put("macro_f1_min", settings.policy.macroF1Min());
    figures.put("labels", (double) matrix.total());
    RetrainRequest request =
        new RetrainRequest(
            "f1-%s-%d".formatted(champion.version(), now.toEpochMilli()),
            RetrainRequest.Trigger.F1,
            Optional.of(reason),
            figures,
            Optional.of(now));
    requestsStore.put(settings.model, now.toEpochMilli());
    meters.retrainRequest(request.trigger());
    LOG.info("Retrain request {}: {}", request.requestId(), reason);
    forward(new Finding.Requested(request), now);
    forward(
        new Finding.Decided(
            new Decision("retrain", "f1", champion.version(), reason, figures, now)),
        now);
  }

  private void forward(Finding finding, Instant now) {
    context.forward(new Record<>(settings.model, finding, now.toEpochMilli()));
  }

  /** Versions sort by number, as their names begin with it. */
  private void forgetOldVersions() {
    List<String> versions = scores.keySet().stream().filter(scope -> !scope.equals(ALL)).toList();
    for (String version : versions.subList(0, Math.max(0, versions.size() - VERSIONS_KEPT))) {
      scores.remove(version);
      scoresStore.delete(version);
    }
  }

  private Evaluation evaluation(
      String scope, WindowSpec window, RollingEvaluation rolling, Instant now) {
    ConfusionMatrix matrix = rolling.matrix(window);
    MacroF1Interval interval = MacroF1Interval.ofWindow(matrix);
    Map<String, ClassScore> perClass = new LinkedHashMap<>();
    for (String name : matrix.classes()) {
      perClass.put(
          name,
          new ClassScore(
              matrix.precision(name), matrix.recall(name), matrix.f1(name), matrix.support(name)));
    }
    return new Evaluation(
        settings.model,
        scope,
        window.name(),
        matrix.total(),
        matrix.classes(),
        matrix.rows(),
        matrix.accuracy(),
        matrix.macroF1(),
        new Interval(interval.low(), interval.high()),
        matrix.microF1(),
        matrix.weightedF1(),
        matrix.matthewsCorrelation(),
        perClass,
        rolling.latest(),
        now);
  }
}
