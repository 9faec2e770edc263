package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.batching.IdShare;
import dev.verdict.contract.Decision;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.TrainingRun;
import dev.verdict.contract.TrainingRun.State;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.registry.RegistryReader;
import dev.verdict.registry.RegistryState;
import dev.verdict.streams.inference.MarkedModel;
import dev.verdict.telemetry.MeterNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stream through all that the rules decide on, on a real broker: the test writes reviews and
 * labels as users do and answers requests as the trainer does. Which versions are mistaken about a
 * review stands in its text. Labels are written when all reviews of their phase have been served,
 * so that who served them, and with that every decision, is certain.
 */
class LiveRulesIT {
  private static final int WINDOW_LABELS = 300;
  private static final String WINDOW = "last_" + WINDOW_LABELS;
  private static final String HOURS = "1h_by_1h";
  private static final int TRIAL_LABELS = 100;

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("topics.partitions", "2"),
          Map.entry("evaluation.windows", WINDOW + ",1h," + HOURS),
          Map.entry("evaluation.interval.ms", "100"),
          Map.entry("retrain.window", WINDOW),
          Map.entry("retrain.f1.min", "0.8"),
          Map.entry("retrain.min.labels", String.valueOf(WINDOW_LABELS)),
          Map.entry("retrain.cooldown.ms", "100"),
          // A quarter of the labels wrong for 60 labels is not enough, half of them for 120 is.
          Map.entry("drift.adwin.delta", "0.00001"),
          Map.entry("challenger.share", "100"),
          Map.entry("challenger.budget.ms", "5000"),
          Map.entry("challenger.queue.rows", "4096"),
          Map.entry("challenger.min.labels", String.valueOf(TRIAL_LABELS)),
          Map.entry("canary.share", "50"),
          Map.entry("canary.ms", "300"),
          // A bad canary must not be confirmed before it can be rolled back.
          Map.entry("canary.min.labels", "110"));

  private static TestBroker broker;

  @TempDir private Path folder;

  /** An hour that began long enough ago for every review's time to have passed. */
  private final Instant start =
      Instant.now().truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.DAYS);

  private final IdShare canaryShare = new IdShare("canary", 50);
  private final Map<String, String> servedBy = new HashMap<>();
  private final Map<String, Long> labelled = new HashMap<>();
  private final List<Told> story = new ArrayList<>();
  private final ConditionFactory soon =
      Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(100));
  private Deployment deployment;
  private TopicTail<Prediction> predictions;
  private TopicTail<Evaluation> evaluations;
  private TopicTail<Decision> decisions;
  private TopicTail<RetrainRequest> requests;
  private SimpleMeterRegistry meters;
  private StreamsService service;
  private int runs;

  /** A decision that was more than to wait. */
  private record Told(String decision, String rule, String version) {}

  /** A review, its class, and who is mistaken about it. */
  private record Post(String id, boolean good, Set<String> mistaken, Instant at) {
    private String text() {
      return (good ? "good" : "poor") + " " + String.join(" ", mistaken);
    }

    private Post of(boolean other) {
      return new Post(id, other, mistaken, at);
    }
  }

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void deploy() throws InterruptedException {
    deployment = new Deployment(broker.bootstrapServers(), "rules", folder, SETTINGS);
    predictions = tail(deployment.topics.predictions(), Prediction.class);
    evaluations = tail(deployment.topics.evaluations(), Evaluation.class);
    decisions = tail(deployment.topics.decisions(), Decision.class);
    requests = tail(deployment.topics.retrainRequests(), RetrainRequest.class);
    deployment.publish("v1");
    startService();
  }

  private <V> TopicTail<V> tail(String topic, Class<V> type) {
    return new TopicTail<>(deployment.settings.kafkaClient(), topic, type);
  }

  @AfterEach
  void close() {
    service.close();
    List.of(predictions, evaluations, decisions, requests).forEach(TopicTail::close);
    deployment.close();
  }

  @Test
  void oneStreamThroughAllItsPhasesThenEachRequestPromotionRejectionAndRollbackOnce()
      throws Exception {
    steadyThenNothing();
    labelsAnHourLateThenCountedInTheirOwnWindow();
    burstOfWrongLabelsThenF1ComesBackWhenTheyAreCorrected();
    suddenDriftThenOneRequestAlsoAfterARestart();
    goodChallengerThenCanaryAlsoFromAnEmptyStateFolderThenPromoted();
    gradualDriftThenOneRequest();
    badChallengerThenRejectedInShadow();
    challengerThatFailsAsCanaryThenRolledBackAlsoAfterARestart();

    assertThat(story())
        .containsExactly(
            new Told("retrain", "drift", "v1"),
            new Told("canary", "challenger", "v2"),
            new Told("promote", "canary", "v2"),
            new Told("retrain", "f1", "v2"),
            new Told("reject", "challenger", "v3"),
            new Told("retrain", "f1", "v2"),
            new Told("canary", "challenger", "v4"),
            new Told("rollback", "canary", "v4"));
    assertThat(requests().stream().map(RetrainRequest::requestId))
        .doesNotHaveDuplicates()
        .hasSize(3);
    assertThat(deployment.count(deployment.topics.deadLetters())).isZero();
  }

  private void steadyThenNothing() {
    List<Post> posts = posts("steady", 0, 200, Map.of("v1", 10));
    serve(posts, "v1");
    label(posts, Duration.ofMinutes(1));

    Evaluation steady = awaitGraded("v1");
    assertThat(steady.accuracy()).isEqualTo(190 / 200.0);
    assertThat(story()).isEmpty();
  }

  private void labelsAnHourLateThenCountedInTheirOwnWindow() {
    List<Post> late = posts("late", 2, 60, Map.of("v1", 3));
    serve(late, "v1");
    Instant newest = late.get(late.size() - 1).at();
    // Told on the predictions alone: decisions were made without these labels.
    soon.until(
        () ->
            latest("v1", WINDOW)
                .flatMap(Evaluation::completeUpTo)
                .filter(newest.minus(Duration.ofMinutes(2))::isBefore)
                .isPresent());
    assertThat(latest("v1", WINDOW).orElseThrow().labelsTotal()).isEqualTo(200);
    assertThat(story()).isEmpty();

    List<Post> prompt = posts("prompt", 3, 40, Map.of());
    serve(prompt, "v1");
    label(prompt, Duration.ofMinutes(1));
    awaitGraded("v1");
    label(late, Duration.ofHours(1));
    awaitGraded("v1");

    Evaluation window = at("v1", 2).orElseThrow();
    assertThat(window.labels()).isEqualTo(60);
    assertThat(window.accuracy()).isEqualTo(57 / 60.0);
    assertThat(window.predictions()).hasValue(60);
    assertThat(window.labelCoverage()).hasValue(1);
    assertThat(window.tooLate()).isZero();
    assertThat(window.labelLag().orElseThrow().p50()).isCloseTo(3600, within(90.0));
    assertThat(
            Duration.between(
                    window.completeUpTo().orElseThrow(),
                    prompt.get(prompt.size() - 1).at().minus(Duration.ofHours(1)))
                .abs())
        .isLessThan(Duration.ofSeconds(91));
    assertThat(at("v1", 3).orElseThrow().labels()).isEqualTo(40);
    assertThat(story()).isEmpty();
  }

  private void burstOfWrongLabelsThenF1ComesBackWhenTheyAreCorrected() {
    List<Post> posts = posts("burst", 4, 60, Map.of());
    serve(posts, "v1");
    List<Post> wrong = posts.subList(0, 15).stream().map(each -> each.of(!each.good())).toList();
    label(wrong, Duration.ofMinutes(1));
    label(posts.subList(15, 60), Duration.ofMinutes(1));
    Evaluation burst = awaitGraded("v1");
    assertThat(at("v1", 4).orElseThrow().accuracy()).isEqualTo(45 / 60.0);

    relabel(posts.subList(0, 15), Duration.ofMinutes(5));
    soon.until(() -> latest("v1", WINDOW).filter(it -> right(it) == right(burst) + 15).isPresent());
    Evaluation corrected = latest("v1", WINDOW).orElseThrow();
    assertThat(corrected.labelsTotal()).isEqualTo(burst.labelsTotal());
    assertThat(corrected.macroF1()).isGreaterThan(burst.macroF1() + 0.04);
    soon.until(() -> at("v1", 4).filter(each -> each.macroF1() == 1).isPresent());
    assertThat(story()).isEmpty();
  }

  private void suddenDriftThenOneRequestAlsoAfterARestart() throws InterruptedException {
    List<Post> posts = posts("sudden", 5, 200, Map.of("v1", 100));
    serve(posts, "v1");
    label(posts, Duration.ofMinutes(1));
    awaitGraded("v1");
    expect(new Told("retrain", "drift", "v1"));

    restart("v1");
    assertThat(story()).isEqualTo(story);
    assertThat(requests()).hasSize(1);
    train("v2");
  }

  private void goodChallengerThenCanaryAlsoFromAnEmptyStateFolderThenPromoted()
      throws IOException, InterruptedException {
    List<Post> first = posts("shadow-a", 6, 60, Map.of("v1", 30));
    serve(first, "v1");
    label(first, Duration.ofMinutes(1));
    awaitGraded("v1");
    soon.until(() -> gauge(MeterNames.TRIAL_LABELS, "role", "shadow").equals(Optional.of(60.0)));

    service.close();
    empty(deployment.settings.stateDir());
    startAgain("v1");
    awaitTrial("shadow");
    soon.until(() -> gauge(MeterNames.TRIAL_LABELS, "role", "shadow").equals(Optional.of(60.0)));

    List<Post> second = posts("shadow-b", 6, 60, Map.of("v1", 30));
    serve(second, "v1");
    label(second, Duration.ofMinutes(1));
    awaitGraded("v1");
    expect(new Told("canary", "challenger", "v2"));
    assertThat(last("canary").figures().get("shadow_labels"))
        .isBetween((double) TRIAL_LABELS, 120.0);
    awaitCanary("v2");

    List<Post> former = posts("former", 7, 20, Map.of("v1", 10), id -> !inCanary(id));
    List<Post> canary = posts("canary", 7, 120, Map.of("v1", 60), this::inCanary);
    serve(former, "v1");
    serve(canary, "v2");
    label(former, Duration.ofMinutes(1));
    label(canary, Duration.ofMinutes(1));
    awaitGraded("v1");
    awaitGraded("v2");
    expect(new Told("promote", "canary", "v2"));
    assertThat(aliases()).isEqualTo(Map.of("champion", "v2", "previous", "v1"));
    soon.until(
        () ->
            decisions("champion_changed").stream()
                .anyMatch(each -> each.modelVersion().equals("v2")));
  }

  private void gradualDriftThenOneRequest() {
    List<Post> posts = new ArrayList<>();
    for (int step = 0; step < 5; step++) {
      posts.addAll(posts("gradual-" + step, 8, 60, Map.of("v2", 5 + 10 * step)));
    }
    serve(posts, "v2");
    for (int step = 0; step < 5; step++) {
      // The last label comes last: with it there are as many new ones as a request needs.
      assertThat(story()).isEqualTo(story);
      label(posts.subList(step * 60, (step + 1) * 60), Duration.ofMinutes(1));
      awaitGraded("v2");
    }
    expect(new Told("retrain", "f1", "v2"));
    train("v3");
  }

  private void badChallengerThenRejectedInShadow() {
    List<Post> posts = posts("bad", 9, 120, Map.of("v2", 40, "v3", 100));
    serve(posts, "v2");
    label(posts, Duration.ofMinutes(1));
    awaitGraded("v2");
    expect(new Told("reject", "challenger", "v3"));
    assertThat(aliases()).isEqualTo(Map.of("champion", "v2", "previous", "v1", "rejected", "v3"));
  }

  private void challengerThatFailsAsCanaryThenRolledBackAlsoAfterARestart()
      throws InterruptedException {
    List<Post> worse = posts("worse", 10, 180, Map.of("v2", 80));
    serve(worse, "v2");
    label(worse, Duration.ofMinutes(1));
    awaitGraded("v2");
    expect(new Told("retrain", "f1", "v2"));
    train("v4");

    List<Post> shadow = posts("shadow-c", 11, 120, Map.of("v2", 60));
    serve(shadow, "v2");
    label(shadow, Duration.ofMinutes(1));
    awaitGraded("v2");
    expect(new Told("canary", "challenger", "v4"));
    awaitCanary("v4");

    List<Post> former = posts("former-b", 12, 110, Map.of(), id -> !inCanary(id));
    List<Post> canary = posts("canary-b", 12, 110, Map.of("v4", 70), this::inCanary);
    serve(former, "v2");
    serve(canary, "v4");
    label(former, Duration.ofMinutes(1));
    label(canary.subList(0, 60), Duration.ofMinutes(1));
    awaitGraded("v2");
    awaitGraded("v4");
    restart("v2");
    awaitTrial("canary");
    assertThat(story()).isEqualTo(story);
    label(canary.subList(60, 110), Duration.ofMinutes(1));
    awaitGraded("v4");
    expect(new Told("rollback", "canary", "v4"));
    assertThat(last("rollback").figures())
        .containsEntry("former_labels", 110.0)
        .containsEntry("canary_labels", (double) TRIAL_LABELS);
    assertThat(aliases()).isEqualTo(Map.of("champion", "v2", "previous", "v4", "rejected", "v3"));

    List<Post> after = posts("after", 13, 20, Map.of());
    serve(after, "v2");
    label(after, Duration.ofMinutes(1));
    awaitGraded("v2");
  }

  // What users do.

  private List<Post> posts(String prefix, int hour, int count, Map<String, Integer> mistakes) {
    return posts(prefix, hour, count, mistakes, id -> true);
  }

  /** So many reviews of an hour, of which each version is mistaken about so many. */
  private List<Post> posts(
      String prefix, int hour, int count, Map<String, Integer> mistakes, Predicate<String> ids) {
    Random random = new Random(prefix.hashCode());
    List<Set<String>> mistaken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mistaken.add(new HashSet<>());
    }
    // In the order of the names, so that the same seed gives the same reviews.
    new TreeMap<>(mistakes)
        .forEach(
            (version, number) -> {
              Collections.shuffle(mistaken, random);
              mistaken.subList(0, number).forEach(each -> each.add(version));
            });
    Collections.shuffle(mistaken, random);
    List<Post> posts = new ArrayList<>();
    for (int i = 0; posts.size() < count; i++) {
      String id = prefix + "-" + i;
      if (ids.test(id)) {
        Instant at = start.plus(Duration.ofHours(hour)).plusSeconds(posts.size());
        posts.add(new Post(id, random.nextBoolean(), mistaken.get(posts.size()), at));
      }
    }
    return posts;
  }

  /** Writes reviews and waits until they are served, by that version. */
  private void serve(List<Post> posts, String version) {
    for (Post post : posts) {
      send(
          deployment.topics.reviews(),
          post.id(),
          Json.write(Map.of("text", post.text(), "timestamp", Json.time(post.at()))));
    }
    deployment.producer.flush();
    List<String> ids = posts.stream().map(Post::id).toList();
    Map<String, Prediction> served =
        soon.until(() -> predictions.latest(), found -> found.keySet().containsAll(ids));
    assertThat(ids).allMatch(id -> served.get(id).modelVersion().equals(version));
    posts.forEach(post -> servedBy.put(post.id(), version));
  }

  /** Writes the first labels of reviews. */
  private void label(List<Post> posts, Duration lag) {
    posts.forEach(post -> labelled.merge(servedBy.get(post.id()), 1L, Long::sum));
    relabel(posts, lag);
  }

  private void relabel(List<Post> posts, Duration lag) {
    for (Post post : posts) {
      Label label =
          new Label(
              post.good() ? "positive" : "negative",
              Optional.of(post.at().plus(lag)),
              Optional.empty());
      send(deployment.topics.labels(), post.id(), Json.write(label));
    }
    deployment.producer.flush();
  }

  private void send(String topic, String key, byte[] value) {
    var unused = deployment.producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  // What the trainer does.

  /** Answers the last request: publishes a version as the challenger, and waits for its trial. */
  private void train(String version) {
    RetrainRequest request = requests().get(requests().size() - 1);
    runs++;
    send(run(request, State.ACCEPTED, Optional.empty()));
    send(run(request, State.RUNNING, Optional.empty()));
    send(run(request, State.PUBLISHED, Optional.of(version)));
    deployment.challenge(version, Deployment.LABELS);
    soon.until(() -> decisions("run_ended").size() == runs);
    soon.until(() -> shown(MeterNames.CHALLENGER).equals(Optional.of(version)));
    awaitTrial("shadow");
  }

  private void send(TrainingRun run) {
    send(deployment.topics.trainingRuns(), run.runId(), Json.write(run));
  }

  private TrainingRun run(RetrainRequest request, State state, Optional<String> version) {
    return new TrainingRun(
        deployment.settings.modelName() + "/" + request.requestId(),
        request.requestId(),
        state,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        version,
        request.requestedAt(),
        Map.of(),
        Instant.now());
  }

  // The service.

  private void startService() throws InterruptedException {
    meters = new SimpleMeterRegistry();
    service =
        new StreamsService(deployment.settings, meters, StreamsListener.silent(), MarkedModel::new);
    service.start();
    soon.until(() -> service.notReady().isEmpty());
  }

  private void restart(String champion) throws InterruptedException {
    service.close();
    startAgain(champion);
  }

  /** Until the champion's scores have been published, and so decided on, once more. */
  private void startAgain(String champion) throws InterruptedException {
    Instant restarted = Instant.now();
    startService();
    soon.until(
        () ->
            latest(champion, WINDOW)
                .filter(each -> each.evaluatedAt().isAfter(restarted))
                .isPresent());
  }

  private static void empty(Path state) throws IOException {
    try (Stream<Path> paths = Files.walk(state)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private void awaitTrial(String phase) {
    soon.until(() -> gauge(MeterNames.TRIAL_PHASE, "phase", phase).equals(Optional.of(1.0)));
  }

  private void awaitCanary(String version) {
    soon.until(() -> shown(MeterNames.CANARY).equals(Optional.of(version)));
    awaitTrial("canary");
  }

  private boolean inCanary(String id) {
    return canaryShare.contains(id.getBytes(UTF_8));
  }

  private Optional<Double> gauge(String name, String tag, String value) {
    return Optional.ofNullable(meters.find(name).tag(tag, value).gauge()).map(Gauge::value);
  }

  /** The version that an info gauge shows. */
  private Optional<String> shown(String gauge) {
    return meters.find(gauge).gauges().stream()
        .map(each -> each.getId().getTag("version"))
        .findAny();
  }

  // What is found on the topics.

  /** Waits for one more decision than so far and holds the whole story against it. */
  private void expect(Told next) {
    story.add(next);
    soon.until(() -> story().size() >= story.size());
    assertThat(story()).isEqualTo(story);
  }

  private List<Told> story() {
    return decisions.values().stream()
        .filter(each -> !each.decision().equals("wait"))
        .map(each -> new Told(each.decision(), each.rule(), each.modelVersion()))
        .toList();
  }

  private Decision last(String decision) {
    List<Decision> such =
        decisions.values().stream().filter(each -> each.decision().equals(decision)).toList();
    return such.get(such.size() - 1);
  }

  /** Decisions to wait, for that reason. */
  private List<Decision> decisions(String outcome) {
    return decisions.values().stream()
        .filter(each -> each.outcome().equals(Optional.of(outcome)))
        .toList();
  }

  private List<RetrainRequest> requests() {
    return requests.values();
  }

  private Map<String, String> aliases() {
    try (RegistryReader reader =
        new RegistryReader(
            deployment.settings.kafkaClient(),
            deployment.topics.modelRegistry(),
            deployment.settings.modelName())) {
      RegistryState state = reader.readToEnd();
      return state.aliases();
    }
  }

  /** Waits until all labels so far are counted for a version, and decided on. */
  private Evaluation awaitGraded(String version) {
    long labels = labelled.get(version);
    return soon.until(
            () -> latest(version, WINDOW),
            found -> found.filter(each -> each.labelsTotal() == labels).isPresent())
        .orElseThrow();
  }

  private Optional<Evaluation> latest(String version, String window) {
    return newest(deployment.settings.modelName() + "/" + version + "/" + window);
  }

  /** The window of one hour. */
  private Optional<Evaluation> at(String version, int hour) {
    return newest(
        "%s/%s/%s/%s"
            .formatted(
                deployment.settings.modelName(),
                version,
                HOURS,
                Json.time(start.plus(Duration.ofHours(hour)))));
  }

  private Optional<Evaluation> newest(String key) {
    return Optional.ofNullable(evaluations.latest().get(key));
  }

  private static long right(Evaluation evaluation) {
    List<List<Long>> matrix = evaluation.confusionMatrix();
    return matrix.get(0).get(0) + matrix.get(1).get(1);
  }
}
