package dev.verdict.streams.processing;

import dev.verdict.contract.Evaluation;
import dev.verdict.contract.JsonSerde;
import dev.verdict.contract.RetrainDecisions;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.TrainingRun;
import dev.verdict.evaluation.RetrainDecision;
import dev.verdict.evaluation.RetrainEvent;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainPolicy.Step;
import dev.verdict.evaluation.RetrainState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for retraining when the policy says so, keeps what it remembers and tells what it decides.
 */
final class RetrainWatch {
  private static final String STORE = "retrain-state";
  private static final Logger LOG = LoggerFactory.getLogger(RetrainWatch.class);

  private final String model;
  private final RetrainPolicy policy;
  private final Duration repeat;
  private final Function<Instant, Optional<String>> onTrial;
  private final Findings findings;
  private final StreamMeters meters;
  private final KeyValueStore<String, RetrainState> store;
  private RetrainState state;
  private Instant told = Instant.EPOCH;
  private boolean waitsForTrial;

  /**
   * Goes on from what the store holds.
   *
   * @param repeat after which a decision on a new score is told again though nothing has changed
   * @param onTrial the challenger or canary whose trial is under way: no other version is asked for
   */
  RetrainWatch(
      String model,
      RetrainPolicy policy,
      Duration repeat,
      Function<Instant, Optional<String>> onTrial,
      Findings findings,
      StreamMeters meters,
      ProcessorContext<?, ?> context) {
    this.model = model;
    this.policy = policy;
    this.repeat = repeat;
    this.onTrial = onTrial;
    this.findings = findings;
    this.meters = meters;
    this.store = context.getStateStore(STORE);
    RetrainState kept = store.get(model);
    this.state =
        kept == null
            ? RetrainState.start(Instant.ofEpochMilli(context.currentSystemTimeMs()))
            : kept;
    meters.retrainState(state);
  }

  /** The store that belongs to it. */
  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), new JsonSerde<>(RetrainState.class));
  }

  /** Where retraining stands. */
  RetrainState.Phase phase() {
    return state.phase();
  }

  /**
   * Another version serves, or the same.
   *
   * @param labels graded for it by now
   */
  void champion(String version, long labels, Instant now) {
    take(new RetrainEvent.ChampionChanged(version, labels, now));
  }

  /** The champion's score. */
  void evaluated(Evaluation score) {
    take(
        new RetrainEvent.Evaluated(
            score.modelVersion(),
            score.window(),
            score.labels(),
            score.labelsTotal(),
            score.macroF1Interval().low(),
            score.macroF1(),
            score.macroF1Interval().high(),
            score.evaluatedAt()));
  }

  /** An alarm of drift, or its end. */
  void drift(RetrainEvent news) {
    take(news);
  }

  /** News of a run. */
  void run(TrainingRun run) {
    take(
        new RetrainEvent.RunChanged(
            run.requestId(), RetrainEvent.RunState.valueOf(run.state().name()), run.updatedAt()));
  }

  /** A request was written; one of its own is known. */
  void requested(RetrainRequest request, Instant now) {
    take(new RetrainEvent.ManualRequest(request.requestId(), now));
  }

  void tick(Instant now) {
    take(new RetrainEvent.Tick(now));
  }

  private void take(RetrainEvent event) {
    Step step = policy.step(state, event);
    Optional<String> tried = step.request().flatMap(request -> onTrial.apply(event.now()));
    if (tried.isPresent()) {
      // The step is not taken: scores and time come again.
      waitForTrial(step.decision(), tried.get(), event.now());
      return;
    }
    if (!step.state().equals(state)) {
      state = step.state();
      store.put(model, state);
      meters.retrainState(state);
    }
    step.request().ifPresent(this::request);
    boolean repeated =
        event instanceof RetrainEvent.Evaluated && !event.now().isBefore(told.plus(repeat));
    if (step.news() || repeated) {
      tell(step.decision(), event.now());
    }
  }

  private void waitForTrial(RetrainDecision held, String version, Instant now) {
    if (now.isBefore(told.plus(repeat)) && waitsForTrial) {
      return;
    }
    told = now;
    waitsForTrial = true;
    findings.add(new Finding.Decided(RetrainDecisions.onTrial(held, state.phase(), version)));
  }

  private void request(RetrainPolicy.Request made) {
    RetrainRequest request = RetrainDecisions.of(made);
    meters.retrainRequest(request.trigger());
    LOG.info("Retrain request {}: {}", made.id(), made.reason());
    findings.add(new Finding.Requested(request));
  }

  private void tell(RetrainDecision decision, Instant now) {
    told = now;
    waitsForTrial = false;
    if (decision.before() != decision.after()) {
      LOG.info(
          "Retraining: {} after {}: {}", decision.after(), decision.before(), decision.reason());
    }
    findings.add(new Finding.Decided(RetrainDecisions.of(decision)));
  }
}
