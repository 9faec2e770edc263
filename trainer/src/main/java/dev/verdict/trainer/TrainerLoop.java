package dev.verdict.trainer;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.checkpoint.OpenCheckpoint;
import dev.verdict.checkpoint.StoredCheckpoint;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.config.TrainerSettings;
import dev.verdict.config.TrainerSettings.GatePolicy;
import dev.verdict.contract.Decision;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.TrainingRun;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.model.ModelException;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.registry.RegistryState;
import dev.verdict.trainer.RetrainRequests.Position;
import dev.verdict.trainer.TrainingThread.Work;
import dev.verdict.trainer.data.BaseExamples;
import dev.verdict.trainer.data.DataException;
import dev.verdict.trainer.training.BaseFetcher;
import dev.verdict.trainer.training.Candidate;
import dev.verdict.trainer.training.CandidateTrainer;
import dev.verdict.trainer.training.Progress;
import dev.verdict.trainer.training.ProgressListener;
import dev.verdict.trainer.training.Split;
import dev.verdict.trainer.training.TrainingPlan;
import dev.verdict.trainer.training.TrainingPlan.Champion;
import dev.verdict.trainer.training.TrainingStoppedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer's work over one set of Kafka clients: the first champion, then request after request.
 */
final class TrainerLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerLoop.class);
  private static final String BOOTSTRAP = "bootstrap";
  private static final String GATE_RULE = "paired_bootstrap_of_macro_f1_on_holdout";
  private static final double GROWTH = 1.5;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration BOOTSTRAP_RETRY = Duration.ofSeconds(30);
  private static final long PROGRESS_NANOS = Duration.ofSeconds(1).toNanos();

  private final Settings settings;
  private final TrainerSettings trainer;
  private final HoldOut holdOut;
  private final TrainerMeters meters;
  private final TrainerListener listener;
  private final CountDownLatch stop;
  private final RetrainRequestDecoder decoder;
  private final CheckpointStore store;
  private final StorePatience patience;
  private final CandidateTrainer candidates;
  private final RegistryReader registry;
  private final Publisher publisher;
  private final RetrainRequests requests;
  private final RunHistory history;
  private final RunStates states;
  private final RetrainExamples examples;

  /**
   * Connects, fences trainers of the model that had the turn before, and reads what was done.
   *
   * @param store the caller closes it
   * @param requests of a trainer whose turn it is; the caller closes it
   */
  TrainerLoop(
      Settings settings,
      CheckpointStore store,
      RetrainRequests requests,
      TrainerMeters meters,
      TrainerListener listener,
      BaseFetcher fetcher,
      CountDownLatch stop) {
    this.settings = settings;
    this.requests = requests;
    this.trainer = settings.trainer();
    this.holdOut = new HoldOut(trainer.holdoutPercent());
    this.meters = meters;
    this.listener = listener;
    this.stop = stop;
    this.decoder = new RetrainRequestDecoder(settings.modelName());
    this.store = store;
    this.patience = StorePatience.of(settings.checkpointsPatience());
    this.states = RunStates.of(store.workFolder(), settings.modelName());
    this.examples =
        new RetrainExamples(settings.kafkaClient(), settings.topics().trainingExamples(), trainer);
    this.candidates =
        new CandidateTrainer(trainer, settings.maxLength(), settings.batchLimits(), fetcher);
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      this.publisher =
          new Publisher(
              settings.kafkaClient(),
              settings.topics(),
              settings.modelName(),
              settings.deadLetterMaxBytes(),
              meters);
      opened.add(publisher);
      // Only now that older trainers are fenced: what is staged is nobody's any more.
      clearStaging();
      this.registry =
          new RegistryReader(
              settings.kafkaClient(), settings.topics().modelRegistry(), settings.modelName());
      opened.add(registry);
      this.history =
          RunHistory.read(
              settings.kafkaClient(),
              settings.topics().trainingRuns(),
              settings.modelName(),
              this::stopped);
    } catch (RuntimeException e) {
      closeAll(opened, e);
      throw e;
    }
  }

  private void clearStaging() {
    try {
      store.clearStaging(settings.modelName());
    } catch (IOException e) {
      LOG.warn("What a killed trainer staged cannot be removed: {}", e.getMessage());
    }
  }

  /** Works until it is asked to stop. */
  void run() {
    int rejected = 0;
    while (!stopped() && registry.readToEnd().champion().isEmpty()) {
      Ending ending = publishFirstChampion(rejected);
      if (ending == Ending.REJECTED) {
        // The same reviews would give the same version: it takes more of them.
        rejected++;
      } else if (ending == Ending.FAILED) {
        pauseBeforeRetry();
      }
    }
    registry
        .readToEnd()
        .champion()
        .ifPresent(
            champion -> LOG.info("Champion is {}, waiting for requests", champion.version()));
    while (!stopped()) {
      requests.next(POLL).ifPresent(this::answer);
    }
  }

  private Ending publishFirstChampion(int rejected) {
    int wanted = (int) Math.round(trainer.bootstrapExamples() * Math.pow(GROWTH, rejected));
    Optional<LabelledReviews> collected =
        new BootstrapExamples(settings, holdOut, wanted)
            .collect(listener, requests::keepAlive, this::stopped);
    if (collected.isEmpty()) {
      return Ending.ANSWERED;
    }
    LabelledReviews reviews = collected.get();
    RunRecords run =
        new RunRecords(
            RunRecords.prefix(settings.modelName()) + BOOTSTRAP,
            BOOTSTRAP,
            trainer.base(),
            Optional.empty());
    Work<Candidate> work =
        (progress, stopped) -> {
          Split split =
              Split.of(reviews.examples(), holdOut, trainer.validationPercent(), trainer.seed())
                  .withNewestHeldOut(trainer.gateExamples());
          return train(
              run,
              new TrainingPlan(
                  settings.modelName(),
                  BOOTSTRAP,
                  trainer.base(),
                  Optional.empty(),
                  settings.modelLabels(),
                  split,
                  Map.of(),
                  0,
                  trainer.seed()),
              progress,
              stopped);
        };
    return carryOut(run, work, candidate -> judgeFirst(run, candidate, reviews), Optional.empty());
  }

  /** Publishes the first version unless it is no better than one that reads nothing. */
  private Ending judgeFirst(RunRecords run, Candidate candidate, LabelledReviews reviews)
      throws IOException {
    if (!candidate.gate().outcome().promoted()) {
      end(run.rejected(candidate), Optional.empty());
      return Ending.REJECTED;
    }
    publish(
        run,
        candidate,
        Optional.empty(),
        reviews.lastOffsets(candidate.split().trainable()),
        Optional.empty());
    return Ending.ANSWERED;
  }

  private void answer(ConsumerRecord<byte[], byte[]> record) {
    Position position = requests.positionAfter(record);
    try {
      Optional<RetrainRequest> request =
          decoder.decode(Optional.ofNullable(record.key()), Optional.ofNullable(record.value()));
      if (request.isPresent()) {
        answer(request.get(), record, position);
      } else {
        publisher.ignore(position);
      }
    } catch (RejectedException e) {
      LOG.warn(
          "Retrain request {}-{}@{} is a dead letter: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
      publisher.reject(record, e, position);
      meters.rejected(e);
    }
  }

  private void answer(
      RetrainRequest request, ConsumerRecord<byte[], byte[]> record, Position position) {
    ModelManifest champion = registry.readToEnd().champion().orElseThrow();
    Instant requestedAt =
        request.requestedAt().orElseGet(() -> Instant.ofEpochMilli(record.timestamp()));
    RunRecords run =
        new RunRecords(
            "%s%d-%d"
                .formatted(
                    RunRecords.prefix(settings.modelName()), record.partition(), record.offset()),
            request.requestId(),
            trainer.retrainBase().equals("champion") ? champion.version() : trainer.retrainBase(),
            Optional.of(requestedAt));
    Optional<String> reasonToSkip =
        new SkipRules(history, settings.retrainPolicy().cooldown())
            .reason(request, requestedAt, champion, examples.ends());
    if (reasonToSkip.isPresent()) {
      end(run.skipped(reasonToSkip.get()), Optional.of(position));
      return;
    }
    carryOut(
        run,
        (progress, stopped) -> {
          try (OpenCheckpoint opened = patience.attempt(() -> open(champion), stopped)) {
            TrainingPlan plan = plan(run, champion, opened.folder(), stopped);
            return train(run, plan, progress, stopped);
          }
        },
        candidate -> {
          judge(run, candidate, champion, position);
          return Ending.ANSWERED;
        },
        Optional.of(position));
  }

  private OpenCheckpoint open(ModelManifest champion) throws IOException {
    return store.verified(champion.version(), champion.path(), champion.manifestSha256());
  }

  /**
   * Reads the examples and decides what to do with them; on the training thread.
   *
   * @param folder of the champion
   */
  private TrainingPlan plan(
      RunRecords run, ModelManifest champion, Path folder, BooleanSupplier stopped)
      throws IOException, RunSkippedException {
    Set<String> classes = new LinkedHashSet<>(champion.labels());
    classes.addAll(settings.modelLabels());
    // Another sample of the past and another order for every version.
    long seed = trainer.seed() + champion.number();
    RetrainExamples.Read read = examples.read(ends(run, champion), classes, seed, stopped);
    checkEnough(read.split());
    Split split =
        read.split()
            .withTraining(new BaseExamples(trainer.baseData()).sample(classes, holdOut, seed));
    return new TrainingPlan(
        settings.modelName(),
        run.requestId(),
        trainer.retrainBase(),
        Optional.of(new Champion(champion.version(), folder)),
        List.copyOf(classes),
        split,
        read.offsets(),
        split.training().size() - read.split().training().size(),
        seed);
  }

  /** Up to where the run reads: as far as before the crash, if it is taken up again. */
  private Map<Integer, Long> ends(RunRecords run, ModelManifest champion) throws IOException {
    RunStates.State state = states.of(run.runId());
    Optional<RunStates.Beginning> before =
        state.beginning().filter(found -> found.champion().equals(champion.version()));
    if (before.isPresent()) {
      return before.get().ends();
    }
    Map<Integer, Long> ends = examples.ends();
    state.begin(new RunStates.Beginning(champion.version(), ends));
    return ends;
  }

  private void checkEnough(Split split) throws RunSkippedException {
    long trainable = split.trainable().count();
    if (trainable < trainer.minExamples()) {
      throw new RunSkippedException(
          "%d labelled reviews to train on, fewer than retrain.min.examples (%d)"
              .formatted(trainable, trainer.minExamples()));
    }
    if (split.heldOut().isEmpty()) {
      throw new RunSkippedException("no held-out review to compare champion and challenger on");
    }
  }

  private Candidate train(
      RunRecords run, TrainingPlan plan, ProgressListener progress, BooleanSupplier stopped)
      throws IOException {
    Path staged = store.stage(settings.modelName());
    try {
      Candidate candidate =
          candidates.train(plan, staged, states.of(run.runId()).training(), progress, stopped);
      if (stopped.getAsBoolean()) {
        throw new TrainingStoppedException();
      }
      return candidate;
    } catch (IOException | RuntimeException | Error e) {
      CheckpointFolder.deleteRecursively(staged);
      throw e;
    }
  }

  /** How an attempt to answer ended. */
  private enum Ending {
    ANSWERED,
    REJECTED,
    FAILED
  }

  /** What is done with a candidate. */
  @FunctionalInterface
  private interface Conclusion {
    Ending accept(Candidate candidate) throws IOException;
  }

  /** Trains, and ends the run in one way or another. */
  private Ending carryOut(
      RunRecords run, Work<Candidate> work, Conclusion conclusion, Optional<Position> position) {
    TrainingRun accepted = run.accepted();
    LOG.info("Training {} for request {} from {}", run.runId(), run.requestId(), run.base());
    publisher.progress(accepted);
    listener.started(accepted);
    try {
      Candidate candidate =
          new TrainingThread<Candidate>(stop).run(run.runId(), work, new ProgressTold(run));
      try {
        return conclusion.accept(candidate);
      } finally {
        CheckpointFolder.deleteRecursively(candidate.folder());
      }
    } catch (ExecutionException e) {
      return concludeWithout(run, e.getCause(), position);
    } catch (IOException e) {
      return concludeWithout(run, e, position);
    }
  }

  private Ending concludeWithout(RunRecords run, Throwable cause, Optional<Position> position) {
    if (cause instanceof TrainingStoppedException || stopped()) {
      throw new TrainingStoppedException();
    }
    if (cause instanceof KafkaException kafka) {
      throw kafka;
    }
    if (cause instanceof RunSkippedException) {
      end(run.skipped(cause.getMessage()), position);
      return Ending.ANSWERED;
    }
    boolean foreseen =
        cause instanceof IOException
            || cause instanceof ModelException
            || cause instanceof SettingsException
            || cause instanceof DataException
            || cause instanceof IllegalArgumentException;
    if (!foreseen) {
      LOG.error("Training {} met a fault of its own", run.runId(), cause);
    }
    end(run.failed(firstLine(cause)), position);
    return Ending.FAILED;
  }

  /** Publishes the challenger if it is better than the champion. */
  private void judge(RunRecords run, Candidate candidate, ModelManifest champion, Position position)
      throws IOException {
    Optional<String> now = registry.readToEnd().champion().map(ModelManifest::version);
    if (now.filter(champion.version()::equals).isEmpty()) {
      String reason =
          "champion changed from %s to %s while it was trained"
              .formatted(champion.version(), now.orElse("none"));
      end(run.superseded(candidate, reason), Optional.of(position));
    } else if (candidate.gate().outcome().promoted()) {
      publish(
          run, candidate, Optional.of(champion), champion.trainedThrough(), Optional.of(position));
    } else {
      end(
          run.rejected(candidate),
          List.of(),
          Optional.of(decision("keep", GATE_RULE, champion.version(), candidate)),
          Optional.of(position));
    }
  }

  /**
   * Publishes a candidate.
   *
   * @param trainedThrough of a retraining the champion's: what it adds was predicted before
   */
  private void publish(
      RunRecords run,
      Candidate candidate,
      Optional<ModelManifest> champion,
      Map<Integer, Long> trainedThrough,
      Optional<Position> position)
      throws IOException {
    RegistryState state = registry.readToEnd();
    long number = state.nextNumber();
    LOG.debug("Training {} seals its checkpoint as number {}", run.runId(), number);
    StoredCheckpoint stored = store(run, candidate, number);
    LOG.debug("Training {}: {} is stored, to be published", run.runId(), stored.version());
    ModelManifest manifest =
        new ModelManifest(
            settings.modelName(),
            stored.version(),
            number,
            stored.path(),
            stored.manifestSha256(),
            candidate.labels(),
            candidate.base(),
            candidate.parent(),
            run.requestId(),
            trainedThrough,
            candidate.figures(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    String registryTopic = settings.topics().modelRegistry();
    Optional<String> held = whyNobodyIsPromoted(registry.readToEnd());
    boolean waits =
        champion.isPresent() && (trainer.gatePolicy() == GatePolicy.CHALLENGER || held.isPresent());
    String role =
        waits
            ? RegistryState.CHALLENGER + held.map(reason -> ", for " + reason).orElse("")
            : RegistryState.CHAMPION;
    end(
        run.published(candidate, stored.version(), role),
        waits
            ? RegistryRecords.challenge(registryTopic, manifest)
            : RegistryRecords.publish(
                registryTopic, manifest, champion.map(ModelManifest::version)),
        Optional.of(
            decision(
                waits ? "challenge" : "promote",
                champion.isPresent() ? GATE_RULE : "first_champion",
                stored.version(),
                candidate)),
        position);
    awaitRegistered(stored.version());
  }

  /** Aside, too: a large checkpoint takes its time to a store that is far away. */
  private StoredCheckpoint store(RunRecords run, Candidate candidate, long number)
      throws IOException {
    try {
      return new TrainingThread<StoredCheckpoint>(stop)
          .run(
              run.runId(),
              (progress, stopped) ->
                  patience.attempt(
                      () -> store.commit(candidate.folder(), settings.modelName(), number),
                      stopped),
              news -> requests.keepAlive());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException fault) {
        throw fault;
      }
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** What an operator or a trial under way holds fast. */
  private static Optional<String> whyNobodyIsPromoted(RegistryState state) {
    if (state.mayPromote()) {
      return Optional.empty();
    }
    String pinned = state.aliases().get(RegistryState.PINNED);
    return Optional.of(
        pinned == null
            ? "canary " + state.aliases().get(RegistryState.CANARY) + " is under way"
            : pinned + " is pinned");
  }

  /**
   * Waits until the version can be read: the marker that ends a transaction reaches the registry a
   * moment after the commit returns, and whoever asks in between sees the champion of before.
   */
  private void awaitRegistered(String version) {
    boolean registered = false;
    while (!registered && !stopped()) {
      registered = registry.poll(POLL).manifests().containsKey(version);
    }
  }

  private static Decision decision(
      String decision, String rule, String version, Candidate candidate) {
    return new Decision(
        decision,
        rule,
        version,
        candidate.gate().outcome().reason(),
        candidate.figures(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  private void end(TrainingRun run, Optional<Position> position) {
    end(run, List.of(), Optional.empty(), position);
  }

  private void end(
      TrainingRun run,
      List<ProducerRecord<byte[], byte[]>> published,
      Optional<Decision> decision,
      Optional<Position> position) {
    publisher.end(run, published, decision, position);
    LOG.info(
        "Training {} for request {} {}{}: {}",
        run.runId(),
        run.requestId(),
        run.state().wireName(),
        run.modelVersion().map(version -> " as " + version).orElse(""),
        run.detail().orElse(""));
    history.add(run);
    forgetStates();
    meters.ended(run);
    listener.ended(run);
  }

  private void forgetStates() {
    try {
      states.clear();
    } catch (IOException e) {
      LOG.warn("The state of a finished run cannot be removed: {}", e.getMessage());
    }
  }

  /** Tells how a run goes: to the listener and the meters at once, to Kafka once a second. */
  private final class ProgressTold implements Consumer<Optional<Progress>> {
    private final RunRecords run;
    private long toldKafka = System.nanoTime();

    ProgressTold(RunRecords run) {
      this.run = run;
    }

    @Override
    public void accept(Optional<Progress> news) {
      requests.keepAlive();
      news.ifPresent(this::tell);
    }

    private void tell(Progress progress) {
      TrainingRun running = run.running(progress);
      meters.progressed(progress);
      listener.progressed(running, progress);
      if (System.nanoTime() - toldKafka >= PROGRESS_NANOS) {
        toldKafka = System.nanoTime();
        publisher.progress(running);
      }
    }
  }

  private void pauseBeforeRetry() {
    try {
      long end = System.nanoTime() + BOOTSTRAP_RETRY.toNanos();
      while (System.nanoTime() < end && !stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        requests.keepAlive();
      }
      LOG.info("Trying again to train the first champion");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean stopped() {
    return stop.getCount() == 0 || Thread.currentThread().isInterrupted();
  }

  private static String firstLine(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow();
  }

  private static void closeAll(List<AutoCloseable> opened, RuntimeException cause) {
    for (AutoCloseable client : opened) {
      try {
        client.close();
      } catch (Exception e) {
        cause.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() {
    try (publisher;
        registry) {
      LOG.debug("Closing the trainer's Kafka clients");
    }
  }
}
