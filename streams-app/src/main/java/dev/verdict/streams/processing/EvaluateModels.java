package dev.verdict.streams.processing;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.evaluation.RetrainPolicy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rolling scores of each version and of all together, publishes those that changed, and
 * asks for retraining when the champion's fall too low. All graded predictions of the model come
 * here, whatever partition they were made on, so the scores are global and exact.
 */
final class EvaluateModels implements Processor<String, ScoreEvent, String, Finding> {
  static final String REQUESTS_STORE = "last-retrain-request";

  private static final Logger LOG = LoggerFactory.getLogger(EvaluateModels.class);

  /**
   * What evaluating needs.
   *
   * @param champion the version that serves, none before the first
   */
  record Settings(
      String model,
      EvaluationPlan plan,
      RetrainPolicy policy,
      Supplier<Optional<ModelManifest>> champion) {

    private List<String> classes() {
      return champion.get().map(ModelManifest::labels).orElse(List.of());
    }
  }

  private final Settings settings;
  private final StreamMeters meters;
  private ProcessorContext<String, Finding> context;
  private Optional<Scoreboard> scoreboard = Optional.empty();
  private KeyValueStore<String, Long> requestsStore;

  EvaluateModels(Settings settings, StreamMeters meters) {
    this.settings = settings;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, Finding> processorContext) {
    context = processorContext;
    requestsStore = context.getStateStore(REQUESTS_STORE);
    // Kafka Streams may begin again with the same processor, after a transaction was aborted.
    scoreboard =
        Optional.of(new Scoreboard(settings.model, settings.plan, settings::classes, context));
    meters.retrainPolicy(settings.policy);
    context.schedule(settings.plan.interval(), PunctuationType.WALL_CLOCK_TIME, this::publish);
  }

  @Override
  public void process(Record<String, ScoreEvent> record) {
    if (record.value() instanceof ScoreEvent.Graded graded) {
      long offset = context.recordMetadata().map(RecordMetadata::offset).orElse(-1L);
      scores().add(record.key(), graded.prediction(), offset);
    } else if (record.value() instanceof ScoreEvent.Served served) {
      scores().served(served.count());
    }
  }

  @Override
  public void close() {
    meters.scores(List.of());
  }

  private Scoreboard scores() {
    return scoreboard.orElseThrow();
  }

  private void publish(long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    scores().forgetOld();
    meters.scores(scores().newest(now));
    List<Evaluation> changed = scores().changed(now);
    for (Evaluation evaluation : changed) {
      context.forward(new Record<>(evaluation.key(), new Finding.Scored(evaluation), nowMillis));
    }
    settings
        .champion
        .get()
        .map(ModelManifest::version)
        .filter(version -> changed.stream().anyMatch(each -> each.modelVersion().equals(version)))
        .flatMap(version -> scores().evaluation(version, settings.policy.window(), now))
        .ifPresent(evaluation -> decide(evaluation, now));
  }

  private void decide(Evaluation champion, Instant now) {
    ConfusionMatrix matrix = ConfusionMatrix.of(champion.classes(), champion.confusionMatrix());
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

  private void request(Evaluation champion, ConfusionMatrix matrix, String reason, Instant now) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("macro_f1", matrix.macroF1());
    figures.put("macro_f1_min", settings.policy.macroF1Min());
    figures.put("labels", (double) matrix.total());
    RetrainRequest request =
        new RetrainRequest(
            "f1-%s-%d".formatted(champion.modelVersion(), now.toEpochMilli()),
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
            new Decision("retrain", "f1", champion.modelVersion(), reason, figures, now)),
        now);
  }

  private void forward(Finding finding, Instant now) {
    context.forward(new Record<>(settings.model, finding, now.toEpochMilli()));
  }
}
