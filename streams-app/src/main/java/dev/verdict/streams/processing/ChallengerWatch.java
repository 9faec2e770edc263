package dev.verdict.streams.processing;

import dev.verdict.contract.Decision;
import dev.verdict.contract.GradedPair;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.JsonSerde;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RetrainDecisions;
import dev.verdict.evaluation.ChallengerTrial;
import dev.verdict.evaluation.ChallengerTrial.Step;
import dev.verdict.evaluation.PairedOutcome;
import dev.verdict.evaluation.TrialDecision;
import dev.verdict.evaluation.TrialEvent;
import dev.verdict.evaluation.TrialPhase;
import dev.verdict.evaluation.TrialState;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.registry.RegistryState;
import dev.verdict.registry.RegistryView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a challenger on live labels and moves the registry's aliases as the trial decides, in the
 * transaction of the labels that led to it.
 */
final class ChallengerWatch {
  private static final String STORE = "challenger-trial";
  private static final Logger LOG = LoggerFactory.getLogger(ChallengerWatch.class);

  private final String model;
  private final String registryTopic;
  private final ChallengerTrial trial;
  private final Findings findings;
  private final StreamMeters meters;
  private final KeyValueStore<String, TrialState> store;
  private final Duration silence;
  private final Duration repeat;
  private TrialState state;

  /** When the trial began, an instance took it over, or a pair came. */
  private Instant lastHeard;

  /** When it was last told where the trial stands, and what was told. */
  private Instant told;

  private Map<String, Double> toldFigures = Map.of();

  /**
   * Goes on from what the store holds.
   *
   * @param silence of a challenger after which others may be asked for
   * @param repeat after which it is told again where the trial stands, if labels have come
   */
  ChallengerWatch(
      String model,
      String registryTopic,
      ChallengerTrial trial,
      Duration silence,
      Duration repeat,
      Findings findings,
      StreamMeters meters,
      ProcessorContext<?, ?> context) {
    this.model = model;
    this.registryTopic = registryTopic;
    this.trial = trial;
    this.silence = silence;
    this.repeat = repeat;
    this.lastHeard = Instant.ofEpochMilli(context.currentSystemTimeMs());
    this.told = lastHeard;
    this.findings = findings;
    this.meters = meters;
    this.store = context.getStateStore(STORE);
    TrialState kept = store.get(model);
    this.state = kept == null ? TrialState.NONE : kept;
  }

  /** The store that belongs to it. */
  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), new JsonSerde<>(TrialState.class));
  }

  /**
   * The version whose trial is under way. One in shadow of which nothing is heard for long, for it
   * is refused or its share is nothing, does not count.
   */
  Optional<String> onTrial(Instant now) {
    return state
        .current()
        .filter(each -> each.phase() == TrialPhase.CANARY || now.isBefore(lastHeard.plus(silence)))
        .map(TrialState.Trial::version);
  }

  /** What the registry says now. */
  void registry(RegistryView view, Instant now) {
    RegistryState registry = view.state();
    Optional<TrialState.Outcome> before = state.last();
    Optional<TrialState.Trial> trialBefore = state.current();
    take(
        new TrialEvent.AliasesChanged(
            view.revision(),
            registry.champion().map(ModelManifest::version),
            registry.previous().map(ModelManifest::version),
            registry.challenger().map(ModelManifest::version),
            registry.canary().map(ModelManifest::version),
            registry.pinned().isPresent(),
            now),
        registry);
    if (!trialBefore
        .map(TrialState.Trial::version)
        .equals(state.current().map(TrialState.Trial::version))) {
      lastHeard = now;
      told = now;
    }
    state
        .last()
        .filter(outcome -> !before.equals(Optional.of(outcome)))
        .ifPresent(outcome -> ended(outcome, trialBefore));
  }

  /** What was decided has been told; what somebody else did has not. */
  private void ended(TrialState.Outcome outcome, Optional<TrialState.Trial> before) {
    LOG.info("Trial of {} ended: {}", outcome.version(), outcome.reason());
    if (outcome.phase() == TrialPhase.ENDED) {
      findings.add(
          new Finding.Decided(
              new Decision(
                  "end",
                  before.map(ChallengerWatch::rule).orElse("challenger"),
                  outcome.version(),
                  outcome.reason(),
                  before.map(trial::figures).orElse(Map.of()),
                  outcome.at())));
    }
  }

  /** Both versions have answered a review whose label came. */
  void paired(GradedPair pair, RegistryView view, Instant now) {
    lastHeard = now;
    take(
        new TrialEvent.Paired(
            pair.servedBy(),
            pair.shadowBy(),
            new PairedOutcome(pair.actual(), pair.served(), pair.shadow()),
            now),
        view.state());
  }

  /** A served prediction has met its label. */
  void graded(GradedPrediction graded, RegistryView view, Instant now) {
    take(
        new TrialEvent.Graded(
            graded.modelVersion(), graded.actual(), graded.predicted(), graded.predictedAt(), now),
        view.state());
  }

  void tick(RegistryView view, Instant now) {
    take(new TrialEvent.Tick(now), view.state());
    state.current().filter(each -> each.pending().isEmpty()).ifPresent(each -> stands(each, now));
    meters.trial(state.current().map(each -> each.phase()), state.current().map(trial::figures));
  }

  private void stands(TrialState.Trial current, Instant now) {
    if (now.isBefore(told.plus(repeat))) {
      return;
    }
    Map<String, Double> figures = trial.figures(current);
    if (figures.equals(toldFigures)) {
      return;
    }
    told = now;
    toldFigures = figures;
    findings.add(
        new Finding.Decided(
            new Decision(
                RetrainDecisions.WAIT,
                rule(current),
                current.version(),
                trial.standing(current),
                figures,
                now)));
  }

  private static String rule(TrialState.Trial current) {
    return current.phase() == TrialPhase.SHADOW ? "challenger" : "canary";
  }

  private void take(TrialEvent event, RegistryState registry) {
    Step step = trial.step(state, event);
    boolean promotesInVain =
        step.decision()
            .filter(each -> each.action() == TrialDecision.Action.PROMOTE_TO_CANARY)
            .filter(each -> !registry.mayPromote())
            .isPresent();
    if (promotesInVain) {
      // Pinned a moment ago, which the trial will hear of; it decides again when that is over.
      return;
    }
    if (!step.state().equals(state)) {
      state = step.state();
      store.put(model, state);
    }
    step.decision().ifPresent(this::carryOut);
  }

  private void carryOut(TrialDecision decided) {
    Decision decision =
        new Decision(
            name(decided.action()),
            rule(decided.action()),
            decided.version(),
            decided.reason(),
            decided.figures(),
            decided.at());
    LOG.info("Decided to {} {}: {}", decision.decision(), decided.version(), decided.reason());
    meters.trialDecision(decision.decision());
    for (ProducerRecord<byte[], byte[]> record : records(decided, decision)) {
      findings.add(new Finding.Registered(record));
    }
    findings.add(new Finding.Decided(decision));
  }

  private List<ProducerRecord<byte[], byte[]>> records(TrialDecision decided, Decision decision) {
    String champion = decided.champion();
    String version = decided.version();
    return switch (decided.action()) {
      case PROMOTE_TO_CANARY ->
          RegistryRecords.promoteToCanary(registryTopic, model, champion, version, decision);
      case CONFIRM -> RegistryRecords.confirmCanary(registryTopic, model, version, decision);
      case ROLL_BACK -> RegistryRecords.rollback(registryTopic, model, version, champion, decision);
      case REJECT -> RegistryRecords.reject(registryTopic, model, version, decision);
    };
  }

  private static String name(TrialDecision.Action action) {
    return switch (action) {
      case PROMOTE_TO_CANARY -> "canary";
      case CONFIRM -> "promote";
      case ROLL_BACK -> "rollback";
      case REJECT -> "reject";
    };
  }

  private static String rule(TrialDecision.Action action) {
    return switch (action) {
      case PROMOTE_TO_CANARY, REJECT -> "challenger";
      case CONFIRM, ROLL_BACK -> "canary";
    };
  }
}
