package dev.verdict.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.FolderStore;
import dev.verdict.contract.DeadLetterHeaders;
import dev.verdict.contract.Decision;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.TrainingRun;
import dev.verdict.contract.TrainingRun.State;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.evaluation.HoldOut;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.NamedTensor;
import dev.verdict.model.Preset;
import dev.verdict.model.Snapshot;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.registry.RegistryState;
import dev.verdict.telemetry.VerdictMeter;
import dev.verdict.text.TokenizerFiles;
import dev.verdict.text.WordPieceTrainer;
import dev.verdict.trainer.training.Example;
import dev.verdict.trainer.training.GeneratedReviews;
import dev.verdict.trainer.training.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerServiceIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static TestBroker broker;

  @TempDir private Path checkpoints;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void enoughLabelledReviewsThenTheFirstChampionIsPublished() throws Exception {
    try (Deployment deployment = deploy("first", Map.of());
        TrainerService service = deployment.service()) {
      service.start();
      deployment.write(deployment.topics.reviews(), Optional.empty(), "no JSON".getBytes(UTF_8));
      deployment.write(deployment.topics.labels(), Optional.of("r0"), "{}".getBytes(UTF_8));
      List<Example> examples = GeneratedReviews.of("r", 120, 1);
      deployment.writeReviewsAndLabels(examples.subList(0, 100));
      await().atMost(LONG).until(() -> service.notReady().isEmpty());
      assertThat(deployment.registry().champion()).isEmpty();
      deployment.writeReviewsAndLabels(examples.subList(100, 120));
      TrainingRun run = deployment.awaitEnd("bootstrap", 1);

      assertThat(run.state()).isEqualTo(State.PUBLISHED);
      ModelManifest champion = deployment.awaitChampionOf(run).champion().orElseThrow();
      assertThat(champion.number()).isEqualTo(1);
      assertThat(champion.labels()).containsExactly("negative", "positive");
      assertThat(champion.parent()).isEmpty();
      assertThat(champion.base()).isEqualTo("scratch:tiny");
      assertThat(champion.metrics())
          .containsKeys("validation_macro_f1", "holdout_macro_f1", "holdout_examples");
      assertThat(champion.trainedThrough()).isEqualTo(lastTrainable(deployment));
      new FolderStore(checkpoints)
          .verified(champion.version(), champion.path(), champion.manifestSha256())
          .close();
      Decision decision = deployment.awaitDecisions(1).get(0);
      assertThat(decision.decision()).isEqualTo("promote");
      assertThat(decision.modelVersion()).isEqualTo(champion.version());
      await()
          .atMost(LONG)
          .until(
              () ->
                  deployment
                          .meters
                          .get(VerdictMeter.TRAINING_RUNS.meterName())
                          .tag("state", "published")
                          .counter()
                          .count()
                      == 1);
    }
  }

  @Test
  void handWrittenRequestAndABetterChallengerThenItTakesTheChampionsPlace() throws Exception {
    List<Example> ofTheBase = GeneratedReviews.of("base", 40, 9);
    long learned =
        ofTheBase.stream().filter(example -> !new HoldOut(20).contains(example.id())).count();
    Path base =
        Files.write(
            checkpoints.resolve("base.jsonl"),
            ofTheBase.stream().map(example -> new String(Json.write(example), UTF_8)).toList());
    try (Deployment deployment = deploy("better", Map.of("retrain.base.data", base.toString()));
        TrainerService service = deployment.service()) {
      withChampion(deployment, service);
      RegistryState before = deployment.registry();
      ModelManifest first = before.champion().orElseThrow();
      deployment.writeTrainingExamples(GeneratedReviews.later("t", 200, 2));
      deployment.request("{\"request_id\":\"x\"}");
      deployment.request("{\"request_id\":\"at once\"}");
      TrainingRun run = deployment.awaitEnd("x", 1);

      assertThat(run.state()).as("%s", run.detail()).isEqualTo(State.PUBLISHED);
      RegistryState after = deployment.awaitChampionOf(run);
      ModelManifest second = after.champion().orElseThrow();
      assertThat(second.number()).isEqualTo(2);
      assertThat(second.parent()).contains(first.version());
      assertThat(second.requestId()).isEqualTo("x");
      assertThat(second.trainedThrough()).isEqualTo(first.trainedThrough());
      assertThat(after.aliases()).containsEntry(RegistryState.PREVIOUS, first.version());
      assertThat(run.challengerMacroF1().orElseThrow())
          .isGreaterThan(run.championMacroF1().orElseThrow());
      Path folder =
          new FolderStore(checkpoints)
              .verified(second.version(), second.path(), second.manifestSha256())
              .folder();
      assertThat(
              Json.readTree(Files.readAllBytes(folder.resolve("training.json")))
                  .at("/data/base_examples")
                  .asLong())
          .isEqualTo(learned)
          .isBetween(20L, 39L);

      TrainingRun next = deployment.awaitEnd("at once", 1);
      assertThat(next.base()).contains(second.version());
      assertThat(next.state()).isEqualTo(State.SKIPPED);
      assertThat(next.detail()).contains("no new labels since run " + run.runId());

      deployment.request("{\"request_id\":\"x\"}");
      TrainingRun repeated = deployment.awaitEnd("x", 2);
      assertThat(repeated.state()).isEqualTo(State.SKIPPED);
      assertThat(repeated.detail()).contains("request x was answered before");

      deployment.request(
          "{\"request_id\":\"old\",\"trigger\":\"f1\",\"requested_at\":\"2026-01-01T00:00:00Z\"}");
      TrainingRun outdated = deployment.awaitEnd("old", 1);
      assertThat(outdated.state()).isEqualTo(State.SKIPPED);
      assertThat(outdated.detail())
          .contains("champion " + second.version() + " was published since");
      deployment.awaitCommittedRequests(4);
    }
  }

  @Test
  void challengerThatIsNotBetterThenRejectedWithBothScores() throws Exception {
    // At this rate the weights do not move enough to change any prediction.
    try (Deployment deployment = deploy("worse", Map.of("fine.tune.learning.rate", "1e-8"));
        TrainerService service = deployment.service()) {
      withChampion(deployment, service);
      ModelManifest champion = deployment.registry().champion().orElseThrow();
      deployment.writeTrainingExamples(GeneratedReviews.later("t", 200, 2));
      deployment.request("{\"request_id\":\"x\"}");
      TrainingRun run = deployment.awaitEnd("x", 1);

      assertThat(run.state()).isEqualTo(State.REJECTED);
      assertThat(run.detail().orElseThrow()).contains("does not beat champion");
      assertThat(run.challengerMacroF1()).isEqualTo(run.championMacroF1()).isPresent();
      assertThat(run.gateExamples().orElseThrow()).isPositive();
      assertThat(deployment.registry().champion()).contains(champion);
      assertThat(stagedFolders()).isEmpty();
      assertThat(deployment.awaitDecisions(2))
          .extracting(Decision::decision)
          .containsExactly("promote", "keep");
    }
  }

  @Test
  void brokenRequestsThenDeadLettersAndTheNextOneIsAnswered() throws Exception {
    try (Deployment deployment = deploy("broken", Map.of());
        TrainerService service = deployment.service()) {
      withChampion(deployment, service);
      deployment.request("not JSON");
      deployment.request("{\"trigger\":\"manual\"}");
      deployment.write(
          deployment.topics.retrainRequests(),
          Optional.empty(),
          "{\"request_id\":\"nobody\"}".getBytes(UTF_8));
      deployment.write(
          deployment.topics.retrainRequests(),
          Optional.of("another"),
          "{\"request_id\":\"other\"}".getBytes(UTF_8));
      deployment.request("{\"request_id\":\"few\"}");
      TrainingRun run = deployment.awaitEnd("few", 1);

      assertThat(run.state()).isEqualTo(State.SKIPPED);
      assertThat(run.detail())
          .contains("0 labelled reviews to train on, fewer than retrain.min.examples (50)");
      assertThat(deployment.runs()).extracting(TrainingRun::requestId).doesNotContain("other");
      List<ConsumerRecord<byte[], byte[]>> letters =
          deployment.read(deployment.topics.deadLetters());
      assertThat(letters)
          .extracting(letter -> DeadLetterHeaders.reason(letter.headers()))
          .containsExactlyInAnyOrder(
              Reason.NOT_JSON, Reason.MISSING_REQUEST_ID, Reason.MISSING_KEY);
      assertThat(letters)
          .allMatch(letter -> DeadLetterHeaders.stage(letter.headers()) == Stage.TRAIN)
          .anyMatch(letter -> new String(letter.value(), UTF_8).equals("not JSON"));
      deployment.awaitCommittedRequests(5);
    }
  }

  @Test
  void championCheckpointIsTamperedWithOrGoneThenTheRunFailsAndTheTrainerGoesOn() throws Exception {
    try (Deployment deployment = deploy("tampered", Map.of());
        TrainerService service = deployment.service()) {
      withChampion(deployment, service);
      ModelManifest champion = deployment.registry().champion().orElseThrow();
      Path weights = checkpoints.resolve(champion.path()).resolve("model.safetensors");
      byte[] content = Files.readAllBytes(weights);
      content[content.length - 1] ^= 1;
      Files.write(weights, content);
      deployment.writeTrainingExamples(GeneratedReviews.later("t", 200, 2));
      deployment.request("{\"request_id\":\"x\"}");
      TrainingRun failed = deployment.awaitEnd("x", 1);
      assertThat(failed.state()).isEqualTo(State.FAILED);
      content[content.length - 1] ^= 1;
      Files.write(weights, content);
      Path away = checkpoints.resolveSibling(checkpoints.getFileName() + "-away");
      Files.move(checkpoints, away);
      deployment.request("{\"request_id\":\"gone\"}");
      TrainingRun without = deployment.awaitEnd("gone", 1);
      CheckpointFolder.deleteRecursively(checkpoints);
      Files.move(away, checkpoints);
      deployment.request("{\"request_id\":\"y\"}");

      assertThat(failed.detail().orElseThrow()).contains("model.safetensors").doesNotContain("\n");
      assertThat(without.state()).isEqualTo(State.FAILED);
      assertThat(without.detail().orElseThrow()).contains(champion.version()).doesNotContain("\n");
      assertThat(deployment.awaitEnd("y", 1).state()).isEqualTo(State.PUBLISHED);
    }
  }

  @Test
  void closedInTheMiddleOfARunThenTheRunGoesOnAfterARestart() throws Exception {
    Map<String, String> changes = Map.of("fine.tune.epochs", "30");
    try (Deployment deployment = deploy("restart", changes)) {
      Steps first = new Steps();
      try (TrainerService service = deployment.service(first)) {
        withChampion(deployment, service);
        deployment.writeTrainingExamples(GeneratedReviews.later("t", 200, 2));
        deployment.request("{\"request_id\":\"x\"}");
        await().atMost(LONG).until(() -> first.last.get() > 0);
      }
      assertThat(deployment.runs())
          .filteredOn(run -> run.requestId().equals("x"))
          .isNotEmpty()
          .noneMatch(run -> run.state().terminal());
      assertThat(deployment.committedRequests()).isZero();
      assertThat(stagedFolders()).isEmpty();

      // What comes now is for the next run: this one reads what it read before.
      deployment.writeTrainingExamples(GeneratedReviews.of("u", 40, 3));
      Steps second = new Steps();
      try (Deployment again = deploy("restart", changes);
          TrainerService service = again.service(second)) {
        service.start();
        TrainingRun run = again.awaitEnd("x", 1);
        assertThat(run.state()).as("%s", run.detail()).isEqualTo(State.PUBLISHED);
        assertThat(run.gateExamples()).hasValue(40);
        assertThat(second.first.get()).isGreaterThanOrEqualTo(first.last.get());
        again.awaitCommittedRequests(1);
        assertThat(again.awaitChampionOf(run).manifests()).hasSize(2);
      }
    }
  }

  /** The first and the last step told of run x. */
  private static final class Steps implements TrainerListener {
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger last = new AtomicInteger();

    @Override
    public void progressed(TrainingRun run, Progress progress) {
      if (run.requestId().equals("x")) {
        first.compareAndSet(0, progress.step());
        last.set(progress.step());
      }
    }
  }

  @Test
  void twoTrainersThenOneHasTheTurnAndTheOtherTakesOverWhenItLeaves() throws Exception {
    try (Deployment deployment = deploy("turns", Map.of())) {
      List<String> answered = new CopyOnWriteArrayList<>();
      try (TrainerService working = deployment.service(named("working", answered))) {
        withChampion(deployment, working);
        try (TrainerService standby = deployment.service(named("standby", answered))) {
          standby.start();
          await().atMost(LONG).until(() -> standby.notReady().isEmpty());
          deployment.writeTrainingExamples(GeneratedReviews.later("t", 200, 2));
          deployment.request("{\"request_id\":\"x\"}");
          assertThat(deployment.awaitEnd("x", 1).state()).isEqualTo(State.PUBLISHED);
          working.close();
          deployment.request("{\"request_id\":\"y\"}");
          assertThat(deployment.awaitEnd("y", 1).state()).isEqualTo(State.SKIPPED);
          assertThat(answered).containsExactly("working x", "standby y");
        }
      }
    }
  }

  private static TrainerListener named(String name, List<String> answered) {
    return new TrainerListener() {
      @Override
      public void ended(TrainingRun run) {
        if (!run.requestId().equals("bootstrap")) {
          answered.add(name + " " + run.requestId());
        }
      }
    };
  }

  @Test
  void policyOfChallengersThenTheChampionServesOn() throws Exception {
    try (Deployment deployment = deploy("policy", Map.of("gate.policy", "challenger"));
        TrainerService service = deployment.service()) {
      withChampion(deployment, service);
      ModelManifest champion = deployment.registry().champion().orElseThrow();
      deployment.writeTrainingExamples(GeneratedReviews.later("t", 200, 2));
      deployment.request("{\"request_id\":\"x\"}");
      TrainingRun run = deployment.awaitEnd("x", 1);

      assertThat(run.state()).isEqualTo(State.PUBLISHED);
      assertThat(run.detail().orElseThrow()).endsWith("published as @challenger");
      await().atMost(LONG).until(() -> deployment.registry().find("challenger").isPresent());
      assertThat(deployment.registry().find("challenger").orElseThrow().version())
          .isEqualTo(run.modelVersion().orElseThrow());
      assertThat(deployment.registry().champion()).contains(champion);
    }
  }

  @ParameterizedTest
  @CsvSource({"pinned,is pinned", "canary,is under way"})
  void championIsHeldThenTheNextVersionWaitsAsTheChallengerAndNothingElseChanges(
      String alias, String reason) throws Exception {
    try (Deployment deployment = deploy("held-" + alias, Map.of());
        TrainerService service = deployment.service()) {
      withChampion(deployment, service);
      String champion = deployment.registry().champion().orElseThrow().version();
      deployment.hold(alias, champion);
      Map<String, String> before = deployment.registry().aliases();
      deployment.writeTrainingExamples(GeneratedReviews.later("t", 200, 2));
      deployment.request("{\"request_id\":\"x\"}");
      TrainingRun run = deployment.awaitEnd("x", 1);

      assertThat(run.state()).as("%s", run.detail()).isEqualTo(State.PUBLISHED);
      assertThat(run.detail().orElseThrow())
          .contains("; published as @challenger, for ")
          .endsWith(champion + " " + reason);
      await().atMost(LONG).until(() -> deployment.registry().challenger().isPresent());
      Map<String, String> expected = new HashMap<>(before);
      expected.put("challenger", run.modelVersion().orElseThrow());
      assertThat(deployment.registry().aliases()).isEqualTo(expected);
      assertThat(deployment.awaitDecisions(2).get(1).decision()).isEqualTo("challenge");
    }
  }

  @Test
  void firstVersionIsNoBetterThanNoneThenItWaitsForMoreReviews() throws Exception {
    // Nothing is learned at this rate.
    try (Deployment deployment = deploy("weak", Map.of("scratch.learning.rate", "1e-8"));
        TrainerService service = deployment.service()) {
      deployment.writeReviewsAndLabels(GeneratedReviews.of("r", 120, 1));
      service.start();
      TrainingRun run = deployment.awaitEnd("bootstrap", 1);

      assertThat(run.state()).isEqualTo(State.REJECTED);
      assertThat(run.detail().orElseThrow())
          .contains("not above the")
          .contains("of always answering");
      deployment.writeReviewsAndLabels(GeneratedReviews.of("s", 60, 4));
      assertThat(deployment.awaitEnd("bootstrap", 2).state()).isEqualTo(State.REJECTED);
      assertThat(deployment.registry().champion()).isEmpty();
    }
  }

  @Test
  void lossThatIsNotFiniteThenTheRunFailsAndTheChampionStays(@TempDir Path base) throws Exception {
    writeBaseOfHugeWeights(base);
    try (Deployment deployment = deploy("not-finite", Map.of("retrain.base", base.toString()));
        TrainerService service = deployment.service()) {
      withChampion(deployment, service);
      ModelManifest champion = deployment.registry().champion().orElseThrow();
      deployment.writeTrainingExamples(GeneratedReviews.later("t", 200, 2));
      deployment.request("{\"request_id\":\"x\"}");

      TrainingRun failed = deployment.awaitEnd("x", 1);

      assertThat(failed.state()).isEqualTo(State.FAILED);
      assertThat(failed.detail().orElseThrow()).contains("NaN").doesNotContain("\n");
      assertThat(deployment.registry().champion()).contains(champion);
      assertThat(stagedFolders()).isEmpty();
    }
  }

  /** A model whose weights are finite, but nothing that is computed with them. */
  private static void writeBaseOfHugeWeights(Path folder) throws IOException {
    List<String> vocabulary =
        new WordPieceTrainer(200)
            .train(GeneratedReviews.of("r", 120, 1).stream().map(Example::text).toList());
    DistilBertConfig config =
        Preset.TINY.config(vocabulary.size(), List.of("negative", "positive"));
    TokenizerFiles.write(folder, vocabulary, config.maxPositions());
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      model.restore(
          new Snapshot(model.snapshot().weights().stream().map(TrainerServiceIT::huge).toList()));
      model.save(folder);
    }
  }

  private static NamedTensor huge(NamedTensor weight) {
    float[] values = weight.data();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 1e30f;
    }
    return new NamedTensor(weight.name(), weight.shape(), values);
  }

  private Deployment deploy(String name, Map<String, String> changes) throws InterruptedException {
    return new Deployment(broker.bootstrapServers(), name, checkpoints, changes);
  }

  private static void withChampion(Deployment deployment, TrainerService service)
      throws InterruptedException {
    deployment.writeReviewsAndLabels(GeneratedReviews.of("r", 120, 1));
    service.start();
    deployment.awaitChampion();
  }

  /** The highest offset by partition of the reviews that are not held out. */
  private static Map<Integer, Long> lastTrainable(Deployment deployment) {
    Map<Integer, Long> offsets = new java.util.HashMap<>();
    HoldOut holdOut = new HoldOut(20);
    deployment.read(deployment.topics.reviews()).stream()
        .filter(record -> record.key() != null)
        .filter(record -> !holdOut.contains(new String(record.key(), UTF_8)))
        .forEach(record -> offsets.merge(record.partition(), record.offset(), Math::max));
    return offsets;
  }

  private List<Path> stagedFolders() throws IOException {
    Path staging = checkpoints.resolve(".staging");
    if (!Files.exists(staging)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.find(staging, 2, (path, attributes) -> true)) {
      return folders.filter(path -> staging.relativize(path).getNameCount() == 2).toList();
    }
  }
}
