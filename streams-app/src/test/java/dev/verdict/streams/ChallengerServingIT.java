package dev.verdict.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.batching.IdShare;
import dev.verdict.contract.Decision;
import dev.verdict.contract.Json;
import dev.verdict.contract.Label;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Prediction;
import dev.verdict.embedded.testing.TestBroker;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.streams.inference.ChampionFollower.Loader;
import dev.verdict.streams.inference.FakeModel;
import dev.verdict.streams.inference.Refusal;
import dev.verdict.streams.inference.ServingModel;
import dev.verdict.telemetry.VerdictMeter;
import dev.verdict.text.TokenizedText;
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
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Challenger, canary, rollback and refusals on a real broker. */
class ChallengerServingIT {
  private static final Decision WHY =
      new Decision("canary", "challenger", "v2", "is better", Map.of(), Instant.EPOCH);
  private static final int REVIEWS = 300;
  private static TestBroker broker;

  @TempDir private Path folder;

  /** Versions in the order in which they were loaded, and those that were freed. */
  private final List<String> loaded = new CopyOnWriteArrayList<>();

  private final List<String> freed = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ConditionFactory soon =
      Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200));

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void challengerIsScoredThenPromotedToACanaryThenRolledBackWithoutAReload() throws Exception {
    try (Deployment deployment = deployment("trial");
        StreamsService service = service(deployment, this::load)) {
      deployment.publish("v1");
      deployment.challenge("v2", Deployment.LABELS);
      service.start();
      soon.until(() -> shown(VerdictMeter.CHALLENGER.meterName()).equals(Optional.of("v2")));
      soon.until(() -> service.notReady().isEmpty());

      write(deployment, "a");
      Map<String, String> served = awaitServed(deployment, "a");
      assertThat(served.values()).containsOnly("v1");
      IdShare share = new IdShare("shadow", 40);
      long shared = ids("a").stream().filter(id -> share.contains(id.getBytes(UTF_8))).count();
      assertThat(shared).isBetween(85L, 155L);
      soon.until(() -> deployment.count(deployment.topics.shadowPredictions()) == shared);
      Map<String, String> shadow = versions(deployment, deployment.topics.shadowPredictions(), "a");
      assertThat(shadow.values()).containsOnly("v2");
      assertThat(shadow.keySet()).allMatch(id -> share.contains(id.getBytes(UTF_8)));
      assertThat(counted("scored")).isEqualTo((double) shared);
      label(deployment, "a");
      soon.until(() -> deployment.count(deployment.topics.trainingExamples()) == REVIEWS);

      deployment.change(
          RegistryRecords.promoteToCanary(
              deployment.topics.modelRegistry(), deployment.settings.modelName(), "v1", "v2", WHY));
      soon.until(() -> shown(VerdictMeter.CANARY.meterName()).equals(Optional.of("v2")));
      write(deployment, "b");
      IdShare canary = new IdShare("canary", 30);
      awaitServed(deployment, "b")
          .forEach(
              (id, version) ->
                  assertThat(version)
                      .as(id)
                      .isEqualTo(canary.contains(id.getBytes(UTF_8)) ? "v2" : "v1"));
      assertThat(shown(VerdictMeter.PREVIOUS.meterName())).contains("v1");
      assertThat(shown(VerdictMeter.CHALLENGER.meterName())).isEmpty();

      deployment.change(
          RegistryRecords.rollback(
              deployment.topics.modelRegistry(), deployment.settings.modelName(), "v2", "v1"));
      soon.until(() -> shown(VerdictMeter.CHAMPION.meterName()).equals(Optional.of("v1")));
      write(deployment, "c");
      assertThat(awaitServed(deployment, "c").values()).containsOnly("v1");
      assertThat(shown(VerdictMeter.CANARY.meterName())).isEmpty();
      assertThat(shown(VerdictMeter.PREVIOUS.meterName())).contains("v2");
      assertThat(loaded).containsExactly("v1", "v2");
      assertThat(freed).isEmpty();
      assertThat(deployment.count(deployment.topics.shadowPredictions())).isEqualTo(shared);
    }
    assertThat(freed).containsExactlyInAnyOrder("v1", "v2");
  }

  @Test
  void challengersThatCannotServeThenRefusedVisiblyAndTheChampionServesOn() throws Exception {
    try (Deployment deployment = deployment("refused");
        StreamsService service =
            service(
                deployment,
                manifest -> {
                  if (manifest.version().equals("broken")) {
                    throw new IOException("hash differs");
                  }
                  return load(manifest);
                })) {
      deployment.publish("v1");
      service.start();
      soon.until(() -> service.notReady().isEmpty());

      deployment.challenge("broken", Deployment.LABELS);
      soon.until(() -> refused("broken", "challenger", "checkpoint"));
      assertThat(service.refusals())
          .containsExactly(new Refusal("challenger", "broken", "checkpoint", "hash differs"));
      soon.until(() -> refusalsTold(deployment).equals(List.of("broken checkpoint")));
      deployment.challenge("narrow", List.of("negative", "neutral"));
      soon.until(() -> refused("narrow", "challenger", "classes"));
      soon.until(
          () -> refusalsTold(deployment).equals(List.of("broken checkpoint", "narrow classes")));
      assertThat(refused("broken", "challenger", "checkpoint"))
          .as("has no role any more")
          .isFalse();
      write(deployment, "a");
      assertThat(awaitServed(deployment, "a").values()).containsOnly("v1");

      deployment.challenge("wide", List.of("neutral", "positive", "negative"));
      soon.until(() -> shown(VerdictMeter.CHALLENGER.meterName()).equals(Optional.of("wide")));
      assertThat(meters.find(VerdictMeter.MODEL_REFUSED.meterName()).gauges()).isEmpty();
      assertThat(service.refusals()).isEmpty();
      assertThat(loaded).containsExactly("v1", "wide");

      deployment.change(
          RegistryRecords.reject(
              deployment.topics.modelRegistry(), deployment.settings.modelName(), "wide", WHY));
      soon.until(() -> freed.equals(List.of("wide")));
      assertThat(service.hasEnded()).isFalse();
    }
  }

  @Test
  void championIsPublishedThenThePreviousStaysWarmAndTheOneBeforeIsFreed() throws Exception {
    try (Deployment deployment = deployment("warm");
        StreamsService service = service(deployment, this::load)) {
      deployment.publish("v1");
      service.start();
      soon.until(() -> shown(VerdictMeter.CHAMPION.meterName()).equals(Optional.of("v1")));
      promote(deployment, "v2", "v1");
      soon.until(() -> shown(VerdictMeter.PREVIOUS.meterName()).equals(Optional.of("v1")));
      promote(deployment, "v3", "v2");
      soon.until(() -> shown(VerdictMeter.PREVIOUS.meterName()).equals(Optional.of("v2")));

      assertThat(shown(VerdictMeter.CHAMPION.meterName())).contains("v3");
      assertThat(freed).containsExactly("v1");
      assertThat(loaded).containsExactly("v1", "v2", "v3");
    }
  }

  @Test
  void startInTheMiddleOfACanaryThenItServesItsShareAloneFromTheFirstReviewOn() throws Exception {
    try (Deployment deployment = deployment("restart")) {
      deployment.publish("v1");
      deployment.challenge("v2", Deployment.LABELS);
      deployment.change(
          RegistryRecords.promoteToCanary(
              deployment.topics.modelRegistry(), deployment.settings.modelName(), "v1", "v2", WHY));
      write(deployment, "a");
      try (StreamsService service = service(deployment, this::load)) {
        service.start();
        awaitServed(deployment, "a");
      }
      IdShare canary = new IdShare("canary", 30);
      assertThat(versions(deployment, deployment.topics.predictions(), "a"))
          .hasSize(REVIEWS)
          .allSatisfy(
              (id, version) ->
                  assertThat(version).isEqualTo(canary.contains(id.getBytes(UTF_8)) ? "v2" : "v1"));
    }
  }

  private static void promote(Deployment deployment, String version, String before) {
    deployment.change(
        RegistryRecords.publish(
            deployment.topics.modelRegistry(),
            deployment.manifest(version, Deployment.LABELS),
            Optional.of(before)));
  }

  private Deployment deployment(String name) throws InterruptedException {
    return new Deployment(
        broker.bootstrapServers(),
        name,
        folder,
        Map.of("challenger.share", "40", "canary.share", "30", "challenger.budget.ms", "5000"));
  }

  private StreamsService service(Deployment deployment, Loader loader) {
    return new StreamsService(deployment.settings, meters, StreamsListener.silent(), loader);
  }

  private ServingModel load(ModelManifest manifest) {
    loaded.add(manifest.version());
    return new Noted(manifest);
  }

  private static List<String> ids(String prefix) {
    return IntStream.range(0, REVIEWS).mapToObj(i -> prefix + i).toList();
  }

  private static void write(Deployment deployment, String prefix) {
    for (String id : ids(prefix)) {
      deployment.review(id, "good");
    }
  }

  private static void label(Deployment deployment, String prefix) {
    Label label = new Label("positive", Optional.empty(), Optional.empty());
    for (String id : ids(prefix)) {
      deployment.write(deployment.topics.labels(), id, new String(Json.write(label), UTF_8));
    }
  }

  private Map<String, String> awaitServed(Deployment deployment, String prefix) {
    return soon.until(
        () -> versions(deployment, deployment.topics.predictions(), prefix),
        served -> served.keySet().equals(new TreeSet<>(ids(prefix))));
  }

  /** The version of each prediction whose id begins so; each id once. */
  private static Map<String, String> versions(Deployment deployment, String topic, String prefix) {
    Map<String, String> versions = new HashMap<>();
    List<String> twice = new ArrayList<>();
    deployment.read(
        topic,
        record -> {
          String id = new String(record.key(), UTF_8);
          if (id.startsWith(prefix) && versions.put(id, version(record.value())) != null) {
            twice.add(id);
          }
        });
    assertThat(twice).isEmpty();
    return versions;
  }

  private static String version(byte[] prediction) {
    try {
      return Json.read(prediction, Prediction.class).modelVersion();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The version that an info gauge shows. */
  private Optional<String> shown(String gauge) {
    List<String> versions =
        meters.find(gauge).gauges().stream().map(each -> each.getId().getTag("version")).toList();
    assertThat(versions).hasSizeLessThanOrEqualTo(1);
    return versions.stream().findFirst();
  }

  private boolean refused(String version, String role, String reason) {
    Optional<Gauge> gauge =
        Optional.ofNullable(
            meters
                .find(VerdictMeter.MODEL_REFUSED.meterName())
                .tags("version", version, "role", role, "reason", reason)
                .gauge());
    return gauge.filter(each -> each.value() == 1).isPresent();
  }

  /** Versions and causes among the decisions. */
  private static List<String> refusalsTold(Deployment deployment) {
    List<String> told = new ArrayList<>();
    deployment.read(
        deployment.topics.decisions(),
        record -> {
          Decision decision = decision(record.value());
          if (decision.decision().equals("refuse")) {
            told.add(decision.modelVersion() + " " + decision.rule());
          }
        });
    return told;
  }

  private static Decision decision(byte[] json) {
    try {
      return Json.read(json, Decision.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double counted(String outcome) {
    return meters
        .get(VerdictMeter.SHADOW_REVIEWS.meterName())
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  /** Notes when it is freed; as many classes as the manifest says. */
  private final class Noted implements ServingModel {
    private final ModelManifest manifest;
    private final FakeModel model;

    private Noted(ModelManifest manifest) {
      this.manifest = manifest;
      this.model = new FakeModel(manifest.version());
    }

    @Override
    public ModelManifest manifest() {
      return manifest;
    }

    @Override
    public List<TokenizedText> encode(List<String> texts) {
      return model.encode(texts);
    }

    @Override
    public float[][] classify(List<TokenizedText> batch) {
      float[][] rows = new float[batch.size()][manifest.labels().size()];
      for (float[] row : rows) {
        row[row.length - 1] = 1;
      }
      return rows;
    }

    @Override
    public void close() {
      freed.add(manifest.version());
    }
  }
}
