package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.contract.CheckedEvaluation;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.EvaluationAudit;
import dev.verdict.contract.GradedPrediction;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.LoggedLabel;
import dev.verdict.contract.Prediction;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.streams.TopicTail.Read;
import dev.verdict.streams.inference.MarkedModel;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Labels in any order, changed and repeated, while instances come and go: every score is the one
 * that a count from scratch gives, and no label is lost or counted twice, whatever the partitions.
 */
class ExactScoresIT {
  private static final int PREFIXES = 10;
  private static final int REVIEWS = 600;
  private static final Duration GRACE = Duration.ofDays(2);
  private static final Duration LAG = Duration.ofMinutes(10);
  private static final List<String> CLASSES = Deployment.LABELS;
  private static TestBroker broker;

  @TempDir private Path folder;

  private final Instant start =
      Instant.now().truncatedTo(ChronoUnit.HOURS).minus(1, ChronoUnit.DAYS);
  private final ConditionFactory soon =
      Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200));

  /** What is written. */
  private record Sent(String topic, String key, String value) {}

  /** A review and its labels, repeated or changed once; the last holds. */
  private record Post(String id, boolean good, boolean mistaken, Instant at, List<String> labels) {
    private String actual() {
      return labels.get(labels.size() - 1);
    }

    private String predicted() {
      return CLASSES.get(good == mistaken ? 0 : 1);
    }
  }

  /** A graded prediction as it counts now. */
  private record Counted(
      String version, String actual, String predicted, double probability, Instant at) {}

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void labelsInAnyOrderWhileInstancesComeAndGoThenScoresAreThoseOfACountFromScratch(int partitions)
      throws Exception {
    List<Post> posts = posts(new Random(11));
    // The same for each number of partitions.
    List<Sent> events = events(posts, new Random(12));
    int third = events.size() / 3;
    try (Deployment first = deployment(partitions, "a");
        Deployment second = deployment(partitions, "b");
        TopicTail<GradedPrediction> graded =
            tail(first, first.topics.gradedPredictions(), GradedPrediction.class);
        TopicTail<Evaluation> evaluations =
            tail(first, first.topics.evaluations(), Evaluation.class);
        TopicTail<Prediction> predictions =
            tail(first, first.topics.predictions(), Prediction.class)) {
      first.publish("v1");
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      try (StreamsService leaving = started(first, new SimpleMeterRegistry())) {
        sendInPrefixes(first, events.subList(0, third), evaluations);
        try (StreamsService joining = started(second, meters)) {
          send(first, events.subList(third, 2 * third));
          soon.until(() -> joining.notReady().isEmpty());
          leaving.close();
          first.change(
              RegistryRecords.publish(
                  first.topics.modelRegistry(), first.manifest("v2", CLASSES), Optional.of("v1")));
          soon.until(
              () ->
                  meters.find(VerdictMeter.CHAMPION.meterName()).tag("version", "v2").gauge()
                      != null);
          int last = 2 * third + third / 2;
          send(first, events.subList(2 * third, last));
          // All that it gets from now on it restores from the changelogs.
          first.forgetState();
          try (StreamsService again = started(first, new SimpleMeterRegistry())) {
            soon.until(() -> again.notReady().isEmpty());
            joining.close();
            send(first, events.subList(last, events.size()));
            assertThat(check(posts, graded, evaluations)).isEqualTo(REVIEWS);
            everyPublishedScoreIsOfTheLabelsUpToItsPlace(graded, evaluations);
          }
        }
      }
      assertThat(predictions.records()).extracting(Read::key).doesNotHaveDuplicates();
      assertThat(predictions.records()).hasSize(REVIEWS);
    }
  }

  /** Not the last of each window alone: every figure of every record, on every prefix. */
  private static void everyPublishedScoreIsOfTheLabelsUpToItsPlace(
      TopicTail<GradedPrediction> graded, TopicTail<Evaluation> evaluations) {
    List<LoggedLabel> labels =
        graded.records().stream()
            .map(each -> new LoggedLabel(each.key(), each.offset(), Instant.EPOCH, each.value()))
            .toList();
    List<Read<Evaluation>> published = evaluations.records();
    List<CheckedEvaluation> wrong = new ArrayList<>();
    for (Read<Evaluation> each : published) {
      EvaluationAudit audit = new EvaluationAudit(Map.of(each.key(), each.value()), GRACE, 1, true);
      labels.forEach(audit::add);
      audit.results().stream()
          .filter(result -> result.outcome() != CheckedEvaluation.Outcome.AGREES)
          .forEach(wrong::add);
    }
    assertThat(wrong).isEmpty();
    assertThat(published.stream().map(each -> each.value().labelledThrough()).distinct())
        .as("prefixes")
        .hasSizeGreaterThan(PREFIXES);
  }

  /** Labels counted of all versions. */
  private long check(
      List<Post> posts, TopicTail<GradedPrediction> graded, TopicTail<Evaluation> evaluations) {
    Map<String, String> actual = posts.stream().collect(Collectors.toMap(Post::id, Post::actual));
    soon.until(() -> lastActual(graded).equals(actual));
    long last = graded.records().get(graded.records().size() - 1).offset();
    soon.until(
        () ->
            Optional.ofNullable(evaluations.latest().get("reviews/all/last_100"))
                .filter(each -> each.labelledThrough() == last)
                .isPresent());

    Map<String, Counted> counted = recount(graded.records());
    List<Counted> all = List.copyOf(counted.values());
    Map<String, Evaluation> found = evaluations.latest();
    Set<String> windows = new HashSet<>();
    for (Evaluation evaluation : found.values()) {
      windows.add(evaluation.modelVersion() + "/" + evaluation.window());
      List<Counted> scope =
          all.stream()
              .filter(
                  each ->
                      evaluation.modelVersion().equals(Evaluation.ALL)
                          || evaluation.modelVersion().equals(each.version()))
              .toList();
      hasCounted(evaluation, scope, inWindow(evaluation, scope));
    }
    assertThat(windows).hasSize(3 * 4);
    assertThat(found.keySet().stream().filter(key -> key.startsWith("reviews/all/1h_by_30m/")))
        .hasSizeGreaterThanOrEqualTo(5);
    // The windows that hold everything do not depend on the order: the same for any partitions.
    hasCounted(
        found.get("reviews/all/last_1000"),
        all,
        posts.stream()
            .map(each -> new Counted("", each.actual(), each.predicted(), 0, each.at()))
            .toList());
    long hours =
        found.values().stream()
            .filter(each -> each.modelVersion().equals(Evaluation.ALL))
            .filter(each -> each.window().equals("1h_by_30m"))
            .peek(
                each ->
                    assertThat(each.labels())
                        .isEqualTo(posts.stream().filter(post -> in(each, post.at())).count()))
            .mapToLong(Evaluation::labels)
            .sum();
    assertThat(hours).isEqualTo(2L * REVIEWS);
    return found.get("reviews/all/last_1000").labelsTotal();
  }

  /** The label that holds by now, of each id; ids are added once and replaced in a chain. */
  private static Map<String, String> lastActual(TopicTail<GradedPrediction> graded) {
    Map<String, String> actual = new HashMap<>();
    for (Read<GradedPrediction> each : graded.records()) {
      String before = actual.put(each.key(), each.value().actual());
      assertThat(Optional.ofNullable(before))
          .as(each.key())
          .isEqualTo(each.value().replaces().map(replaced -> replaced.actual()));
    }
    return actual;
  }

  /** By id, in the order in which the first labels were counted. */
  private static Map<String, Counted> recount(List<Read<GradedPrediction>> graded) {
    Map<String, Counted> counted = new LinkedHashMap<>();
    for (Read<GradedPrediction> each : graded) {
      GradedPrediction value = each.value();
      counted.put(
          each.key(),
          new Counted(
              value.modelVersion(),
              value.actual(),
              value.predicted(),
              value.probabilityOfActual(),
              value.reviewTimestamp()));
    }
    return counted;
  }

  private static List<Counted> inWindow(Evaluation evaluation, List<Counted> scope) {
    if (evaluation.window().startsWith("last_")) {
      int labels = Integer.parseInt(evaluation.window().substring("last_".length()));
      return scope.subList(Math.max(0, scope.size() - labels), scope.size());
    }
    if (evaluation.window().equals("1h")) {
      Instant newest = scope.stream().map(Counted::at).max(Instant::compareTo).orElseThrow();
      // A bucket is a 60th of the window, and the newest review is in the last.
      assertThat(newest)
          .isBetween(
              evaluation.windowEnd().orElseThrow().minusSeconds(60),
              evaluation.windowEnd().orElseThrow().minusMillis(1));
    }
    Predicate<Counted> in = each -> in(evaluation, each.at());
    return scope.stream().filter(in).toList();
  }

  private static boolean in(Evaluation evaluation, Instant time) {
    return !time.isBefore(evaluation.windowStart().orElseThrow())
        && time.isBefore(evaluation.windowEnd().orElseThrow());
  }

  private static void hasCounted(Evaluation found, List<Counted> scope, List<Counted> window) {
    assertThat(found.labels()).as(found.key()).isEqualTo(window.size());
    // A window that stays is published when it changes, with the total of then.
    if (!found.window().equals("1h_by_30m")) {
      assertThat(found.labelsTotal()).as(found.key()).isEqualTo(scope.size());
    }
    if (!found.window().equals("1h")) {
      assertThat(found.tooLate()).as(found.key()).isZero();
    }
    List<List<Long>> matrix = matrix(window);
    assertThat(found.confusionMatrix()).as(found.key()).isEqualTo(matrix);
    assertThat(found.accuracy())
        .as(found.key())
        .isEqualTo((double) (matrix.get(0).get(0) + matrix.get(1).get(1)) / window.size());
    assertThat(found.macroF1())
        .as(found.key())
        .isCloseTo((f1(matrix, 0) + f1(matrix, 1)) / 2, within(1e-12));
    if (window.stream().allMatch(each -> each.probability() > 0)) {
      double loss =
          window.stream().mapToDouble(each -> -Math.log(each.probability())).average().orElse(0);
      assertThat(found.logLoss()).as(found.key()).isCloseTo(loss, within(1e-8));
    }
    found
        .labelLag()
        .ifPresent(lag -> assertThat(lag.p50()).isCloseTo((double) LAG.toSeconds(), within(15.0)));
  }

  private static List<List<Long>> matrix(List<Counted> window) {
    List<List<Long>> rows = new ArrayList<>();
    for (String actual : CLASSES) {
      rows.add(
          CLASSES.stream()
              .map(
                  predicted ->
                      window.stream()
                          .filter(each -> each.actual().equals(actual))
                          .filter(each -> each.predicted().equals(predicted))
                          .count())
              .toList());
    }
    return rows;
  }

  private static double f1(List<List<Long>> matrix, int of) {
    long hit = matrix.get(of).get(of);
    return 2.0 * hit / (2 * hit + matrix.get(of).get(1 - of) + matrix.get(1 - of).get(of));
  }

  private List<Post> posts(Random random) {
    List<Post> posts = new ArrayList<>();
    for (int i = 0; i < REVIEWS; i++) {
      String given = CLASSES.get(random.nextInt(2));
      List<String> labels = new ArrayList<>(Collections.nCopies(1 + random.nextInt(5) / 3, given));
      if (random.nextInt(3) == 0) {
        String changed = CLASSES.get(1 - CLASSES.indexOf(given));
        labels.addAll(Collections.nCopies(1 + random.nextInt(5) / 3, changed));
      }
      // The last moments of a bucket and the first, too.
      Instant at = start.plusMillis(random.nextInt(180) * 60_000L + random.nextInt(3) * 29_999L);
      posts.add(new Post("r" + i, random.nextBoolean(), random.nextInt(5) == 0, at, labels));
    }
    return posts;
  }

  /** In an order that mixes all reviews, but keeps that of one review's labels. */
  private static List<Sent> events(List<Post> posts, Random random) {
    Map<Double, Sent> ordered = new TreeMap<>();
    for (Post post : posts) {
      String mistaken = post.mistaken() ? " v1 v2" : "";
      ordered.put(
          random.nextDouble(),
          new Sent(
              "reviews",
              post.id(),
              "{\"text\":\"%s%s\",\"timestamp\":\"%s\"}"
                  .formatted(post.good() ? "good" : "poor", mistaken, Json.time(post.at()))));
      List<Double> times =
          new ArrayList<>(post.labels().stream().map(x -> random.nextDouble()).toList());
      Collections.sort(times);
      for (int i = 0; i < times.size(); i++) {
        Label label =
            new Label(post.labels().get(i), Optional.of(post.at().plus(LAG)), Optional.empty());
        ordered.put(
            times.get(i), new Sent("labels", post.id(), new String(Json.write(label), UTF_8)));
      }
    }
    return List.copyOf(ordered.values());
  }

  /**
   * Waits for a score now and then: how far those of a faster machine are apart must not matter.
   */
  private void sendInPrefixes(
      Deployment deployment, List<Sent> events, TopicTail<Evaluation> evaluations) {
    Set<String> reviewed = new HashSet<>();
    Set<String> labelled = new HashSet<>();
    int graded = 0;
    for (Sent event : events) {
      long before = labelledThrough(evaluations);
      send(deployment, List.of(event));
      boolean label = event.topic().equals("labels");
      boolean first = (label ? labelled : reviewed).add(event.key());
      if (first && (label ? reviewed : labelled).contains(event.key()) && ++graded % 5 == 0) {
        soon.until(() -> labelledThrough(evaluations) > before);
      }
    }
  }

  private static long labelledThrough(TopicTail<Evaluation> evaluations) {
    return evaluations.records().stream()
        .mapToLong(each -> each.value().labelledThrough())
        .max()
        .orElse(-1);
  }

  private static void send(Deployment deployment, List<Sent> events) {
    for (Sent event : events) {
      String topic =
          event.topic().equals("labels") ? deployment.topics.labels() : deployment.topics.reviews();
      var unused =
          deployment.producer.send(
              new ProducerRecord<>(
                  topic, event.key().getBytes(UTF_8), event.value().getBytes(UTF_8)));
    }
    deployment.producer.flush();
  }

  /** Two of the same name share everything but the folder of the state. */
  private Deployment deployment(int partitions, String instance) throws InterruptedException {
    return new Deployment(
        broker.bootstrapServers(),
        "exact" + partitions,
        folder.resolve(instance),
        Map.of(
            "topics.partitions",
            String.valueOf(partitions),
            "evaluation.windows",
            "last_100,last_1000,1h,1h_by_30m",
            "evaluation.grace.ms",
            String.valueOf(GRACE.toMillis()),
            "evaluation.interval.ms",
            "100"));
  }

  private static StreamsService started(Deployment deployment, SimpleMeterRegistry meters)
      throws InterruptedException {
    StreamsService service =
        new StreamsService(deployment.settings, meters, StreamsListener.silent(), MarkedModel::new);
    service.start();
    return service;
  }

  private static <V> TopicTail<V> tail(Deployment deployment, String topic, Class<V> type) {
    return new TopicTail<>(deployment.settings.kafkaClient(), topic, type);
  }
}
