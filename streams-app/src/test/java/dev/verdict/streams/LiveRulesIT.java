package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Json;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.RegistryAlias;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.streams.inference.DomainModel;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules on live labels on a real broker: what drifts leads to requests, what is better takes
 * the champion's place and what is worse loses it, each once, and the decisions tell the story. The
 * test plays the trainer and all who write reviews and labels.
 */
class LiveRulesIT {
  private static final String V1 = "v000001-00000001";
  private static final String V2 = "v000002-00000002";
  private static final String V3 = "v000003-00000003";

  private static TestBroker broker;

  @TempDir private Path folder;

  /** Domains by version. */
  private final Map<String, Set<String>> known = new HashMap<>();

  private final ConditionFactory soon =
      Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  private SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Deployment deployment;
  private StreamsService service;
  private int written;
  private int graded;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @AfterEach
  void stop() {
    service.close();
    deployment.close();
  }

  @Test
  void driftSuddenAndGradualThenOneRequestEachAndWhatIsTrainedTakesOverOnLiveLabels()
      throws Exception {
    known.put(V1, Set.of("kitchen"));
    known.put(V2, Set.of("kitchen", "outdoor"));
    known.put(V3, Set.of("kitchen", "outdoor", "garden"));
    deploy("drift", Map.of("retrain.triggers", "f1,drift"));
    deployment.publish(V1);
    start();

    grade(400, i -> "kitchen");
    assertThat(story()).as("steady").isEmpty();

    grade(300, i -> "outdoor");
    awaitStory("retrain f1 " + V1);
    assertThat(explained()).containsOnly(V1).hasSizeBetween(1, 2);
    assertThat(causes()).as("the reviews mean other classes").contains("concept_drift");
    restart("same state");
    train(V2);
    grade(200, i -> "outdoor");
    awaitStory("retrain f1 " + V1, "canary challenger " + V2);
    awaitPhase("canary");
    grade(200, i -> "outdoor");
    awaitStory("retrain f1 " + V1, "canary challenger " + V2, "promote canary " + V2);
    soon.until(() -> V2.equals(aliases().get("champion")) && !aliases().containsKey("canary"));

    restart("restored from the changelogs");
    grade(300, i -> "outdoor");
    grade(600, i -> i % 600 < (i % 7) * 100 ? "outdoor" : "garden");
    // A detector may raise its alarm anew among the last of these, and then wants 100 labels more.
    grade(150, i -> "garden");
    awaitStory(4);
    // Which of the two bounds is reached first depends on when the scores are looked at.
    String asked = triggers().get(1).wireName();
    assertThat(asked).isIn("f1", "drift");
    assertThat(story().get(3)).isEqualTo("retrain %s %s", asked, V2);
    int told = explained().size();
    assertThat(explained()).containsOnly(V1, V2);
    train(V3);
    grade(300, i -> "garden");
    awaitStory(5);
    awaitPhase("canary");
    grade(200, i -> "garden");
    awaitStory(6);
    assertThat(story().subList(4, 6))
        .containsExactly("canary challenger " + V3, "promote canary " + V3);
    soon.until(() -> V3.equals(aliases().get("champion")));
    assertThat(requests()).hasSize(2).doesNotHaveDuplicates();

    grade(200, i -> "garden");
    List<String> wrong = grade(32, i -> "garden", true);
    assertThat(latest(V3 + "/last_200").accuracy()).isEqualTo(0.84);
    grade(60, i -> "garden");
    assertThat(withdrawn(V3)).isZero();
    correct(wrong);
    soon.until(() -> latest(V3 + "/last_200").accuracy() == 1);
    grade(120, i -> "garden");
    soon.until(() -> withdrawn(V3) == 1);
    Instant earlier = gradeLate(100, Duration.ofHours(1));
    soon.until(() -> latest("all/1h_by_1h").labelLag().orElseThrow().p50() > 3000);
    assertThat(latest("all/1h_by_1h").labelLag().orElseThrow().p50()).isCloseTo(3600, within(95.0));
    Evaluation itsHour = hourOf(earlier);
    assertThat(itsHour.labels()).as("of their own hour").isEqualTo(countedIn(itsHour));
    assertThat(itsHour.tooLate()).isZero();
    assertThat(countedIn(itsHour)).isGreaterThanOrEqualTo(100);
    assertThat(story()).as("neither wrong nor late labels ask for anything").hasSize(6);
    assertThat(requests()).hasSize(2);
    assertThat(explained().subList(told, explained().size()))
        .as("the burst is a fall as long as it is in the window")
        .hasSizeBetween(0, 1)
        .allMatch(V3::equals);
  }

  @Test
  void onlyAlarmsMayAskThenOneRequestByDriftAndNoneByABurstOfWrongLabels() throws Exception {
    known.put(V1, Set.of("kitchen"));
    deploy("alarm", Map.of("retrain.triggers", "drift"));
    deployment.publish(V1);
    start();

    grade(400, i -> "kitchen");
    // Nobody corrects them; what follows says that nothing has changed.
    grade(32, i -> "kitchen", true);
    grade(400, i -> "kitchen");
    assertThat(story()).as("wrong labels").isEmpty();
    assertThat(requests()).isEmpty();

    grade(600, i -> i < (i % 7) * 100 ? "kitchen" : "outdoor");
    awaitStory("retrain drift " + V1);
    assertThat(requests()).singleElement().asString().startsWith("drift-" + V1);
    assertThat(triggers()).containsExactly(RetrainRequest.Trigger.DRIFT);
    grade(100, i -> "outdoor");
    assertThat(requests()).as("one for the same evidence").hasSize(1);
  }

  @Test
  void challengerBadInShadowThenRejectedAndBadAsCanaryThenRolledBackOnce() throws Exception {
    known.put(V1, Set.of("kitchen", "cellar"));
    known.put(V2, Set.of());
    known.put(V3, Set.of("kitchen", "attic"));
    deploy("trial", Map.of("retrain.triggers", ""));
    deployment.publish(V1);
    start();
    grade(100, i -> "kitchen");

    challenge(V2);
    grade(200, i -> "kitchen");
    awaitStory("reject challenger " + V2);
    soon.until(() -> V2.equals(aliases().get("rejected")) && !aliases().containsKey("challenger"));

    challenge(V3);
    grade(300, i -> i % 3 == 0 ? "attic" : "kitchen");
    awaitStory("reject challenger " + V2, "canary challenger " + V3);
    awaitPhase("canary");
    restart("same state");
    grade(500, i -> "cellar");
    awaitStory("reject challenger " + V2, "canary challenger " + V3, "rollback canary " + V3);
    soon.until(() -> V1.equals(aliases().get("champion")) && !aliases().containsKey("canary"));

    restart("restored from the changelogs");
    grade(200, i -> "cellar");
    assertThat(story()).hasSize(3);
    assertThat(aliases()).containsEntry("previous", V3).doesNotContainKey("challenger");
    assertThat(requests()).isEmpty();
  }

  private void deploy(String name, Map<String, String> changes) throws InterruptedException {
    Map<String, String> settings = new HashMap<>();
    settings.put("evaluation.windows", "last_200,1h_by_1h");
    settings.put("evaluation.grace.ms", "86400000");
    settings.put("evaluation.interval.ms", "100");
    settings.put("retrain.window", "last_200");
    settings.put("retrain.min.labels", "100");
    settings.put("retrain.cooldown.ms", "0");
    settings.put("challenger.share", "100");
    settings.put("challenger.budget.ms", "5000");
    settings.put("challenger.min.labels", "50");
    settings.put("canary.share", "50");
    settings.put("canary.ms", "0");
    settings.put("canary.min.labels", "60");
    settings.putAll(changes);
    deployment = new Deployment(broker.bootstrapServers(), "rules-" + name, folder, settings);
  }

  private void start() throws InterruptedException {
    meters = new SimpleMeterRegistry();
    service = new StreamsService(deployment.settings, meters, StreamsListener.silent(), this::load);
    service.start();
    soon.until(() -> service.notReady().isEmpty());
  }

  /** Ends the instance and begins anew, with its state or without. */
  private void restart(String how) throws IOException, InterruptedException {
    service.close();
    if (!how.equals("same state")) {
      deployment.forgetState();
    }
    start();
  }

  private DomainModel load(ModelManifest manifest) {
    return new DomainModel(manifest, known.get(manifest.version()));
  }

  /** Plays the trainer: answers the open request with a challenger. */
  private void train(String version) {
    String request = requests().get(requests().size() - 1);
    run(request, "running");
    challenge(version);
    run(request, "published");
  }

  private void challenge(String version) {
    deployment.challenge(version, Deployment.LABELS);
    awaitPhase("shadow");
    soon.until(() -> shown(VerdictMeter.CHALLENGER.meterName(), version));
  }

  private void run(String request, String state) {
    deployment.write(
        deployment.topics.trainingRuns(),
        "run-" + request,
        "{\"run_id\":\"run-%s\",\"request_id\":\"%s\",\"state\":\"%s\",\"updated_at\":\"%s\"}"
            .formatted(request, request, state, Instant.now()));
  }

  private void awaitPhase(String phase) {
    soon.until(
        () ->
            meters.find(VerdictMeter.TRIAL_PHASE.meterName()).tag("phase", phase).gauges().stream()
                .anyMatch(gauge -> gauge.value() == 1));
    if (phase.equals("canary")) {
      soon.until(() -> !meters.find(VerdictMeter.CANARY.meterName()).gauges().isEmpty());
    }
  }

  private boolean shown(String name, String version) {
    return meters.find(name).tag("version", version).gauges().stream()
        .map(Gauge::value)
        .anyMatch(value -> value == 1);
  }

  private List<String> grade(int count, IntFunction<String> domain) {
    return grade(count, domain, false);
  }

  /** Writes reviews, waits for their predictions, then writes labels and waits until they count. */
  private List<String> grade(int count, IntFunction<String> domain, boolean wrongly) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "r" + written + "-" + (written % 2 == 0 ? "good" : "poor");
      deployment.send(
          deployment.topics.reviews(),
          id,
          "{\"text\":\"%s %s\"}".formatted(domain.apply(i), id.substring(id.indexOf('-') + 1)));
      ids.add(id);
      written++;
    }
    awaitPredictions();
    for (String id : ids) {
      label(id, id.endsWith("good") != wrongly, Instant.now());
    }
    awaitGraded(count);
    return ids;
  }

  private void correct(List<String> ids) {
    ids.forEach(id -> label(id, id.endsWith("good"), Instant.now()));
    awaitGraded(ids.size());
  }

  /** Reviews of a while ago whose labels come now; returns their time. */
  private Instant gradeLate(int count, Duration ago) {
    Instant then = Instant.now().minus(ago);
    for (int i = 0; i < count; i++) {
      String id = "r" + written++ + "-good";
      deployment.send(
          deployment.topics.reviews(),
          id,
          "{\"text\":\"garden good\",\"timestamp\":\"%s\"}".formatted(then));
    }
    awaitPredictions();
    for (int i = written - count; i < written; i++) {
      label("r" + i + "-good", true, then.plus(ago));
    }
    awaitGraded(count);
    return then;
  }

  private void label(String id, boolean positive, Instant at) {
    deployment.send(
        deployment.topics.labels(),
        id,
        "{\"label\":\"%s\",\"labeled_at\":\"%s\"}"
            .formatted(positive ? "positive" : "negative", at));
  }

  private void awaitPredictions() {
    deployment.producer.flush();
    soon.until(() -> deployment.count(deployment.topics.predictions()) == written);
  }

  private void awaitGraded(int count) {
    deployment.producer.flush();
    graded += count;
    soon.until(() -> deployment.count(deployment.topics.gradedPredictions()) == graded);
    long last = graded;
    soon.until(() -> latest("all/last_200").labelsTotal() + changed() >= last);
  }

  /** Labels that took the place of others, which are not counted again. */
  private long changed() {
    long[] count = new long[1];
    deployment.read(
        deployment.topics.gradedPredictions(),
        record -> count[0] += new String(record.value(), UTF_8).contains("\"replaces\"") ? 1 : 0);
    return count[0];
  }

  private List<Decision> decisions() {
    List<Decision> all = new ArrayList<>();
    deployment.read(deployment.topics.decisions(), record -> all.add(read(record, Decision.class)));
    return all;
  }

  /** What was done, without decisions to wait and explanations. */
  private List<String> story() {
    return decisions().stream()
        .filter(each -> !Set.of("wait", "explain").contains(each.decision()))
        .map(each -> each.decision() + " " + each.rule() + " " + each.modelVersion())
        .toList();
  }

  private long withdrawn(String version) {
    return decisions().stream()
        .filter(each -> each.outcome().equals(Optional.of("withdrawn")))
        .filter(each -> each.modelVersion().equals(version))
        .count();
  }

  /** Versions whose fall was explained. */
  private List<String> explained() {
    return decisions().stream()
        .filter(each -> each.decision().equals("explain"))
        .map(Decision::modelVersion)
        .toList();
  }

  /** Of all explanations so far. */
  private Set<String> causes() {
    return decisions().stream()
        .filter(each -> each.decision().equals("explain"))
        .flatMap(each -> each.figures().keySet().stream())
        .filter(each -> each.endsWith("_strength"))
        .map(each -> each.substring(0, each.length() - "_strength".length()))
        .collect(Collectors.toSet());
  }

  private void awaitStory(int events) {
    soon.untilAsserted(() -> assertThat(story()).as("%s", decisions()).hasSize(events));
  }

  private void awaitStory(String... expected) {
    soon.untilAsserted(() -> assertThat(story()).containsExactly(expected));
  }

  private List<String> requests() {
    return requested().stream().map(RetrainRequest::requestId).toList();
  }

  private List<RetrainRequest.Trigger> triggers() {
    return requested().stream().map(RetrainRequest::trigger).toList();
  }

  private List<RetrainRequest> requested() {
    List<RetrainRequest> requests = new ArrayList<>();
    deployment.read(
        deployment.topics.retrainRequests(),
        record -> requests.add(read(record, RetrainRequest.class)));
    return requests;
  }

  private Map<String, String> aliases() {
    Map<String, String> aliases = new HashMap<>();
    deployment.read(
        deployment.topics.modelRegistry(),
        record -> {
          String key = new String(record.key(), UTF_8);
          if (key.contains("/@") && record.value() == null) {
            aliases.remove(key.substring(key.indexOf('@') + 1));
          } else if (key.contains("/@")) {
            aliases.put(
                key.substring(key.indexOf('@') + 1), read(record, RegistryAlias.class).version());
          }
        });
    return aliases;
  }

  /** The last evaluation of the hour that a time lies in. */
  private Evaluation hourOf(Instant time) {
    List<Evaluation> found = new ArrayList<>();
    deployment.read(
        deployment.topics.evaluations(),
        record -> {
          Evaluation each = read(record, Evaluation.class);
          if (each.key().startsWith("reviews/all/1h_by_1h") && isIn(each, time)) {
            found.add(each);
          }
        });
    return found.get(found.size() - 1);
  }

  /** Graded predictions of reviews of its time. */
  private long countedIn(Evaluation window) {
    long[] count = new long[1];
    deployment.read(
        deployment.topics.gradedPredictions(),
        record -> {
          GradedPrediction each = read(record, GradedPrediction.class);
          if (each.replaces().isEmpty() && isIn(window, each.reviewTimestamp())) {
            count[0]++;
          }
        });
    return count[0];
  }

  private static boolean isIn(Evaluation window, Instant time) {
    return !time.isBefore(window.windowStart().orElseThrow())
        && time.isBefore(window.windowEnd().orElseThrow());
  }

  /** The last evaluation whose key begins so. */
  private Evaluation latest(String scope) {
    List<Evaluation> found = new ArrayList<>();
    deployment.read(
        deployment.topics.evaluations(),
        record -> {
          if (new String(record.key(), UTF_8).startsWith("reviews/" + scope)) {
            found.add(read(record, Evaluation.class));
          }
        });
    return found.get(found.size() - 1);
  }

  private static <T> T read(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    try {
      return Json.read(record.value(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
