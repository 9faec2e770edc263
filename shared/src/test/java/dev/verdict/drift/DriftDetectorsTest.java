package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.verdict.drift.DriftDetector.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriftDetectorsTest {
  static List<DetectorConfig> configs() {
    return List.of(
        Adwin.Config.DEFAULT,
        new Adwin.Config(0.05, 1, 7, 1, false),
        PageHinkley.Config.DEFAULT,
        new PageHinkley.Config(1, 0, 5, 1),
        DriftDetectionMethod.Config.DEFAULT,
        new DriftDetectionMethod.Config(30, 1.5, 2));
  }

  static List<String> names() {
    return DriftDetectors.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void nameThenItsDefaults(String name) {
    DetectorConfig config = DriftDetectors.config(name, Map.of());

    assertThat(config.detector()).isEqualTo(name);
    assertThat(config.create().name()).isEqualTo(name);
    assertThat(DriftDetectors.config(name, config.parameters())).isEqualTo(config);
    assertThat(configs()).contains(config);
  }

  @Test
  void parametersThenTheyReplaceTheDefaults() {
    assertThat(DriftDetectors.config("adwin", Map.of("delta", 0.1, "rises_only", 0.0)))
        .isEqualTo(new Adwin.Config(0.1, 5, 32, 5, false));
    assertThat(DriftDetectors.config("page_hinkley", Map.of("threshold", 12.0)))
        .isEqualTo(new PageHinkley.Config(30, 0.02, 12, 0.9999));
    assertThat(DriftDetectors.config("ddm", Map.of("min_instances", 30.0)))
        .isEqualTo(new DriftDetectionMethod.Config(30, 2, 3));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void restoredAfterEveryErrorThenTheSameBitForBit(DetectorConfig config) {
    for (ErrorStream stream : ErrorStream.all()) {
      DriftDetector unbroken = config.create();
      DriftDetector restored = config.create();
      for (double error : stream.errors()) {
        unbroken.update(error);
        restored.update(error);
        assertThat(restored.drift()).isEqualTo(unbroken.drift());
        assertThat(restored.warning()).isEqualTo(unbroken.warning());
        Snapshot snapshot = restored.snapshot();
        // Equal as lists of Double, which compare bit for bit.
        assertThat(snapshot.equals(unbroken.snapshot())).isTrue();
        restored = DriftDetectors.restore(snapshot);
        assertThat(restored.config()).isEqualTo(config);
        assertThat(restored.drift()).isEqualTo(unbroken.drift());
        assertThat(restored.warning()).isEqualTo(unbroken.warning());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void stateIsCutOrGoesOnThenRefused(DetectorConfig config) {
    Snapshot good = afterSteps(config).snapshot();
    for (int length = 0; length < good.state().size(); length++) {
      List<Double> cut = good.state().subList(0, length);
      refused(
          new Snapshot(good.detector(), good.parameters(), cut),
          "State of %s ends after %d numbers".formatted(config.detector(), length));
    }
    List<Double> longer = new ArrayList<>(good.state());
    longer.add(0.0);
    refused(
        new Snapshot(good.detector(), good.parameters(), longer),
        "State of %s has %d numbers, must have %d"
            .formatted(config.detector(), longer.size(), good.state().size()));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void numberOfTheStateIsNoneThenRefused(DetectorConfig config) {
    Snapshot good = afterSteps(config).snapshot();
    for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, -1e300}) {
      for (int position = 0; position < good.state().size(); position++) {
        List<Double> state = new ArrayList<>(good.state());
        state.set(position, bad);
        assertThatIllegalArgumentException()
            .isThrownBy(
                () ->
                    DriftDetectors.restore(new Snapshot(good.detector(), good.parameters(), state)))
            .withMessageMatching("State of " + config.detector() + " has .* at position .*");
      }
    }
  }

  @Test
  void stateNoDetectorWritesThenRefusedInOneSentence() {
    Map<String, Double> adwin = Adwin.Config.DEFAULT.parameters();
    refused(
        new Snapshot("adwin", adwin, List.of(32.0, 0.0, 0.0, 0.0, 0.0)),
        "State of adwin has 32.0 at position 0, must be from 0.0 to 31.0");
    refused(
        new Snapshot("adwin", adwin, List.of(1.5, 0.0, 0.0, 0.0, 0.0)),
        "State of adwin has 1.5 at position 0, must be a whole number");
    refused(
        new Snapshot("adwin", adwin, List.of(1.0, 0.0, 0.0, 0.0, 1.0, 0.0)),
        "State of adwin has 0.0 at position 5, must be from 1.0 to 5.0");
    refused(
        new Snapshot("adwin", adwin, List.of(1.0, 0.0, 3.0, 0.0, 1.0, 1.0, 1.0, 0.0)),
        "State of adwin has a total of 3.0, its buckets 1.0");
    refused(
        new Snapshot(
            "page_hinkley", PageHinkley.Config.DEFAULT.parameters(), List.of(3.0, 2.0, 0.0, 0.0)),
        "State of page_hinkley has 2.0 at position 1, must be from 0.0 to 1.0");
  }

  @Test
  void snapshotOfAnotherDetectorThenRefused() {
    refused(
        new Snapshot("hddm", Map.of(), List.of()),
        "Drift detector is hddm, must be one of adwin, page_hinkley, ddm");
    refused(
        new Snapshot("ddm", Map.of("lambda", 1.0), List.of()),
        "ddm has no parameter lambda, only drift_level, min_instances, warning_level");
    refused(
        new Snapshot("adwin", Map.of("delta", 2.0), List.of()),
        "delta of adwin is 2.0, must be above 0 and below 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          adwin        | delta         | 0      | must be above 0 and below 1
          adwin        | delta         | 1      | must be above 0 and below 1
          adwin        | delta         | NaN    | must be above 0 and below 1
          adwin        | max_buckets   | 0      | must be 1 to 1000
          adwin        | max_buckets   | 1001   | must be 1 to 1000
          adwin        | max_buckets   | 2.5    | must be a whole number up to 2147483647
          adwin        | clock         | 0      | must be at least 1
          adwin        | clock         | 1e12   | must be a whole number up to 2147483647
          adwin        | min_part      | 0      | must be at least 1
          adwin        | rises_only    | 0.5    | must be 0 or 1
          page_hinkley | min_instances | 0      | must be at least 1
          page_hinkley | delta         | -0.1   | must be from 0 to 1
          page_hinkley | threshold     | 0      | must be above 0
          page_hinkley | threshold     | Infinity | must be above 0
          page_hinkley | alpha         | 0      | must be above 0 and at most 1
          page_hinkley | alpha         | 1.01   | must be above 0 and at most 1
          ddm          | min_instances | -3     | must be at least 1
          ddm          | warning_level | 0      | must be above 0
          ddm          | drift_level   | 1.9    | must be at least warning_level (2.0)
          ddm          | drift_level   | NaN    | must be at least warning_level (2.0)
          """)
  void parameterOutOfItsRangeThenOneSentenceThatNamesIt(
      String detector, String parameter, double value, String allowed) {
    Map<String, Double> parameters = new TreeMap<>(Map.of(parameter, value));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftDetectors.config(detector, parameters))
        .withMessageStartingWith("%s of %s is %s, ".formatted(parameter, detector, value))
        .withMessageEndingWith(allowed)
        .withMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY})
  void errorOutOfRangeThenRefusedAndNothingChanges(double error) {
    for (DetectorConfig config : configs()) {
      DriftDetector detector = afterSteps(config);
      Snapshot before = detector.snapshot();

      assertThatIllegalArgumentException()
          .isThrownBy(() -> detector.update(error))
          .withMessage("Error is %s, must be from 0 to 1", error);
      assertThat(detector.snapshot()).isEqualTo(before);
    }
  }

  private static DriftDetector afterSteps(DetectorConfig config) {
    DriftDetector detector = config.create();
    for (double error : ErrorStream.steps().errors()) {
      detector.update(error);
    }
    return detector;
  }

  private static void refused(Snapshot snapshot, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftDetectors.restore(snapshot))
        .withMessage(message);
  }
}
