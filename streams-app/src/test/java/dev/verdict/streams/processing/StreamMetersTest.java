package dev.verdict.streams.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.verdict.contract.Evaluation;
import dev.verdict.contract.ModelManifest;
import dev.verdict.telemetry.Telemetry;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamMetersTest {
  private final Telemetry telemetry = new Telemetry("streams", "shop");
  private final AtomicReference<Set<String>> roles = new AtomicReference<>(Set.of());
  private final StreamMeters meters = new StreamMeters(telemetry.registry(), roles::get);

  @AfterEach
  void close() {
    telemetry.close();
  }

  private static String version(int number) {
    return "v%06d-00000000".formatted(number);
  }

  private static List<String> classes(int count) {
    return IntStream.range(0, count).mapToObj("class-%d"::formatted).toList();
  }

  private void predict(String label, String version) {
    ModelManifest manifest =
        new ModelManifest(
            "shop",
            version,
            1,
            "shop/" + version,
            "00",
            List.of("a", "b"),
            "scratch:tiny",
            Optional.empty(),
            "request",
            Map.of(),
            Map.of(),
            Instant.EPOCH);
    meters.prediction(label, 0.75, manifest, Duration.ofMillis(20));
  }

  private static Evaluation evaluation(String version, List<String> classes) {
    Map<String, Evaluation.ClassScore> scores = new TreeMap<>();
    classes.forEach(name -> scores.put(name, new Evaluation.ClassScore(1, 1, 1, 1)));
    return new Evaluation(
        "shop",
        version,
        "last_1000",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        classes.size(),
        classes.size(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        0,
        classes,
        List.of(),
        1,
        1,
        new Evaluation.Interval(1, 1),
        1,
        1,
        1,
        0,
        0,
        scores,
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty(),
        0,
        Instant.EPOCH);
  }

  private List<String> series(String name) {
    return telemetry
        .registry()
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .toList();
  }

  @Test
  void versionsComeAndGoThenSeriesAreOfThoseThatHaveARole() {
    List<String> classes = classes(12);
    for (int number = 1; number <= 50; number++) {
      roles.set(Set.of(version(number), version(number - 1)));
      for (String label : classes) {
        predict(label, version(number));
        // Of a batch that the version before had begun.
        predict(label, version(number - 1));
      }
      assertThat(series("verdict_predictions_total"))
          .as("series with version %d", number)
          .hasSizeLessThanOrEqualTo(2 * classes.size());
    }

    assertThat(series("verdict_predictions_total"))
        .hasSize(2 * classes.size())
        .allMatch(line -> line.contains(version(50)) || line.contains(version(49)));
  }

  @Test
  void latePredictionOfAForgottenVersionThenItGoesWithTheNextOne() {
    roles.set(Set.of(version(3), version(2)));
    predict("a", version(1));
    predict("a", version(2));
    predict("a", version(3));
    predict("a", version(1));
    assertThat(series("verdict_predictions_total")).hasSize(3);

    roles.set(Set.of(version(4), version(3)));
    predict("a", version(4));
    assertThat(series("verdict_predictions_total"))
        .hasSize(2)
        .allMatch(line -> line.contains(version(4)) || line.contains(version(3)));
  }

  @Test
  void moreClassesThanTheMatrixHasThenF1OfEachIsOfAllVersionsTogetherOnly() {
    meters.scores(
        List.of(evaluation(Evaluation.ALL, classes(21)), evaluation(version(1), classes(21))));

    assertThat(series("verdict_class_f1"))
        .hasSize(21)
        .allMatch(line -> line.contains("version=\"all\""));
  }

  @Test
  void asManyClassesAsTheMatrixHasThenF1OfEachIsOfEachVersion() {
    meters.scores(
        List.of(evaluation(Evaluation.ALL, classes(20)), evaluation(version(1), classes(20))));

    assertThat(series("verdict_class_f1")).hasSize(40);
  }

  /** Why confidence is counted in percent; docs/metrics.md says so. */
  @Test
  void sharesAreCountedThenMicrometersBucketsRoundThemUpToOne() {
    DistributionSummary shares =
        DistributionSummary.builder("share")
            .serviceLevelObjectives(0.5, 1)
            .register(telemetry.registry());
    shares.record(0.25);

    assertThat(shares.takeSnapshot().histogramCounts())
        .extracting(CountAtBucket::bucket, CountAtBucket::count)
        .containsExactly(tuple(0.5, 0.0), tuple(1.0, 1.0));
  }
}
