package dev.verdict.streams.processing;

import dev.verdict.contract.DriftSignals;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.ModelManifest;
import dev.verdict.evaluation.EvaluationPlan;
import dev.verdict.evaluation.RetrainEvent;
import dev.verdict.evaluation.RetrainEvent.DriftDetected;
import dev.verdict.evaluation.WindowSpec;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.RegistryView;
import dev.verdict.streams.inference.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Keeps the rolling scores of each version and of all together, publishes those that changed, and
 * has rules decide on them: to retrain, and what becomes of a challenger. All graded predictions of
 * the model come here, whatever partition they were made on, so the scores are global and exact.
 */
final class EvaluateModels implements Processor<String, ScoreEvent, String, Finding> {

  /**
   * What evaluating needs.
   *
   * @param registryTopic where a challenger's fate is written
   * @param signals how it is told without labels how a version does
   * @param champion the version that is loaded, none before the first
   * @param registry as it was last read
   * @param refusals versions with a role in it that this instance does not serve
   */
  record Settings(
      String model,
      String registryTopic,
      EvaluationPlan plan,
      Rules rules,
      SignalRules signals,
      Supplier<Optional<ModelManifest>> champion,
      Supplier<Optional<RegistryView>> registry,
      Supplier<List<Refusal>> refusals) {

    private List<String> classes() {
      return champion.get().map(ModelManifest::labels).orElse(List.of());
    }
  }

  private static final RegistryView NOTHING_READ =
      new RegistryView(-1, new RegistryState(Map.of(), Map.of()));

  /** All that goes on from what the stores hold. */
  private record Parts(
      Scoreboard scores,
      DriftWatch drift,
      RetrainWatch retrain,
      ChallengerWatch challenger,
      SignalWatch signals,
      ExplanationWatch explanation,
      RefusalWatch refusals) {}

  private final Settings settings;
  private final StreamMeters meters;
  private ProcessorContext<String, Finding> context;
  private Optional<Parts> parts = Optional.empty();

  EvaluateModels(Settings settings, StreamMeters meters) {
    this.settings = settings;
    this.meters = meters;
  }

  /** The stores that belong to it. */
  static List<StoreBuilder<?>> stores() {
    List<StoreBuilder<?>> stores = new ArrayList<>(Scoreboard.stores());
    stores.add(DriftWatch.store());
    stores.add(RetrainWatch.store());
    stores.add(ChallengerWatch.store());
    stores.add(SignalWatch.store());
    stores.add(ExplanationWatch.store());
    stores.add(RefusalWatch.store());
    return stores;
  }

  @Override
  public void init(ProcessorContext<String, Finding> processorContext) {
    context = processorContext;
    Rules rules = settings.rules;
    // Kafka Streams may begin again with the same processor, after a transaction was aborted.
    Scoreboard scores = new Scoreboard(settings.model, settings.plan, settings::classes, context);
    DriftWatch drift =
        new DriftWatch(
            settings.model, rules.detector(), rules.retrain().minLabels(), meters, context);
    ChallengerWatch challenger =
        new ChallengerWatch(
            settings.model,
            settings.registryTopic,
            rules.trial(),
            rules.retrain().requestTimeout(),
            rules.repeat(),
            this::found,
            meters,
            context);
    RetrainWatch retrain =
        new RetrainWatch(
            settings.model,
            rules.retrain(),
            rules.repeat(),
            challenger::onTrial,
            this::found,
            meters,
            context);
    SignalWatch signals = new SignalWatch(settings.model, settings.signals, context);
    ExplanationWatch explanation =
        new ExplanationWatch(
            settings.model,
            rules.retrain(),
            rules.repeat(),
            settings.signals.explanation(),
            settings.plan,
            this::found,
            context);
    RefusalWatch refusals = new RefusalWatch(this::found, context);
    parts =
        Optional.of(new Parts(scores, drift, retrain, challenger, signals, explanation, refusals));
    meters.retrainPolicy(rules.retrain());
    context.schedule(settings.plan.interval(), PunctuationType.WALL_CLOCK_TIME, this::publish);
  }

  @Override
  public void process(Record<String, ScoreEvent> record) {
    Parts all = parts.orElseThrow();
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    ScoreEvent event = record.value();
    if (event instanceof ScoreEvent.Graded graded) {
      graded(all, record.key(), graded.prediction(), now);
    } else if (event instanceof ScoreEvent.Served served) {
      all.scores.served(served.count());
    } else if (event instanceof ScoreEvent.Profiled profiled) {
      all.signals.served(profiled.pane());
    } else if (event instanceof ScoreEvent.Compared compared) {
      all.challenger.paired(compared.pair(), registry(), now);
    } else if (event instanceof ScoreEvent.RunChanged changed) {
      all.retrain.run(changed.run());
    } else if (event instanceof ScoreEvent.Requested requested) {
      all.retrain.requested(requested.request(), now);
    }
  }

  @Override
  public void close() {
    meters.scores(List.of());
    meters.signals(List.of(), Optional.empty());
  }

  private void graded(Parts all, String id, GradedPrediction prediction, Instant now) {
    long offset = context.recordMetadata().map(RecordMetadata::offset).orElse(-1L);
    all.scores.add(id, prediction, offset);
    for (RetrainEvent news :
        all.drift.add(prediction, all.scores.labelled(prediction.modelVersion()), now)) {
      all.explanation.drift(prediction.modelVersion(), news instanceof DriftDetected);
      all.retrain.drift(news);
    }
    if (prediction.replaces().isEmpty()) {
      all.challenger.graded(prediction, registry(), now);
    }
  }

  private void publish(long nowMillis) {
    Parts all = parts.orElseThrow();
    Instant now = Instant.ofEpochMilli(nowMillis);
    all.scores.forgetOld();
    List<Evaluation> newest = all.scores.newest(now);
    meters.scores(newest);
    List<Evaluation> changed = all.scores.changed(now);
    for (Evaluation evaluation : changed) {
      context.forward(new Record<>(evaluation.key(), new Finding.Scored(evaluation), nowMillis));
    }
    tellSignals(all, changed, now);
    decide(all, newest, changed, now);
  }

  private void tellSignals(Parts all, List<Evaluation> changed, Instant now) {
    Set<String> rescored =
        changed.stream().map(Evaluation::modelVersion).collect(Collectors.toSet());
    WindowSpec window = settings.rules.retrain().window();
    for (DriftSignals each :
        all.signals.changed(
            rescored, version -> all.scores.evaluation(version, window, now), now)) {
      context.forward(new Record<>(each.key(), new Finding.Signalled(each), now.toEpochMilli()));
    }
    RegistryState registry = registry().state();
    Optional<String> champion = established(registry).map(ModelManifest::version);
    meters.signals(
        Stream.of(champion, registry.champion().map(ModelManifest::version))
            .flatMap(Optional::stream)
            .distinct()
            .flatMap(version -> all.signals.newest(version).stream())
            .toList(),
        champion);
  }

  private void decide(Parts all, List<Evaluation> newest, List<Evaluation> changed, Instant now) {
    RegistryView registry = registry();
    all.refusals.refused(settings.refusals.get(), registry.state(), now);
    all.challenger.registry(registry, now);
    all.challenger.tick(registry, now);
    Optional<String> champion = established(registry.state()).map(ModelManifest::version);
    champion.ifPresent(
        version -> {
          all.drift.champion(version);
          all.retrain.champion(version, all.scores.labelled(version), now);
          all.explanation.champion(version);
        });
    champion
        .filter(version -> changed.stream().anyMatch(each -> each.modelVersion().equals(version)))
        .flatMap(version -> all.scores.evaluation(version, settings.rules.retrain().window(), now))
        .ifPresentOrElse(
            score -> {
              all.retrain.evaluated(score);
              all.explanation.evaluated(
                  score, newest, all.retrain.phase(), all.signals.of(score.modelVersion()), now);
            },
            () -> all.retrain.tick(now));
  }

  /**
   * The version whose scores lead to retraining: of a canary and the version before, the latter.
   */
  private static Optional<ModelManifest> established(RegistryState registry) {
    return registry.canary().isPresent() ? registry.previous() : registry.champion();
  }

  private RegistryView registry() {
    return settings.registry.get().orElse(NOTHING_READ);
  }

  private void found(Finding finding) {
    context.forward(new Record<>(settings.model, finding, context.currentSystemTimeMs()));
  }
}
