package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.drift.DriftSimulation.Delay;
import dev.verdict.drift.DriftSimulation.FalseAlarms;
import dev.verdict.drift.DriftSimulation.Rise;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftSimulationTest {
  private static final Rise CLEAR = new Rise(0.1, 0.3, 0);

  /** The promise of the default: below 1 false alarm in 10,000 labels. */
  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.1, 0.3, 0.5})
  void nothingChangesThenTheDefaultsHardlyAlarm(double error) {
    for (String name : DriftDetectors.names()) {
      DetectorConfig config = DriftDetectors.config(name, Map.of());

      FalseAlarms found = DriftSimulation.falseAlarms(config, error, 20, 10_000, 5);

      assertThat(found.labels()).isEqualTo(200_000);
      assertThat(found.perHundredThousand()).isLessThan(10);
    }
  }

  @Test
  void errorRisesThenTheDefaultsSeeItWithinSomeHundredLabels() {
    for (String name : DriftDetectors.names()) {
      DetectorConfig config = DriftDetectors.config(name, Map.of());

      Delay found = DriftSimulation.delay(config, CLEAR, 2000, 100, 5);

      assertThat(found.median().orElseThrow()).isBetween(50, 300);
      assertThat(found.ninetiethPercentile().orElseThrow())
          .isBetween(found.median().orElseThrow(), 500);
      assertThat(found.missed()).isLessThan(0.02);
    }
  }

  @Test
  void errorJumpsFromNeverToAlwaysThenEveryRunAlarmsOnTheSameLabel() {
    PageHinkley.Config config = new PageHinkley.Config(1, 0, 3, 1);

    Delay found = DriftSimulation.delay(config, new Rise(0, 1, 0), 1_000_000, 3, 1);

    // After n mistakes the mean is n / (1,000,000 + n), so the sum is a little below n.
    assertThat(found.median()).isEqualTo(OptionalInt.of(4));
    assertThat(found.ninetiethPercentile()).isEqualTo(OptionalInt.of(4));
    assertThat(found.early()).isZero();
    assertThat(found.missed()).isZero();
  }

  @Test
  void thresholdIsOutOfReachThenAllIsMissed() {
    PageHinkley.Config config = new PageHinkley.Config(1, 0, 1e6, 1);

    Delay found = DriftSimulation.delay(config, CLEAR, 100, 5, 1);

    assertThat(found.missed()).isEqualTo(1);
    assertThat(found.alarms()).isZero();
    assertThat(found.median()).isEmpty();
    assertThat(found.ninetiethPercentile()).isEmpty();
  }

  @Test
  void sameSeedThenTheSameFigures() {
    DetectorConfig config = DriftDetectionMethod.Config.DEFAULT;

    assertThat(DriftSimulation.delay(config, CLEAR, 2000, 20, 9))
        .isEqualTo(DriftSimulation.delay(config, CLEAR, 2000, 20, 9))
        .isNotEqualTo(DriftSimulation.delay(config, CLEAR, 2000, 20, 10));
  }

  @Test
  void risesEvenlyThenTheShareOfEveryLabelLiesBetween() {
    Rise rise = new Rise(0.1, 0.3, 3);

    assertThat(rise.at(0)).isCloseTo(0.15, within(1e-12));
    assertThat(rise.at(2)).isCloseTo(0.25, within(1e-12));
    assertThat(rise.at(3)).isEqualTo(0.3);
    assertThat(rise.name()).isEqualTo("0.1 to 0.3 over 3");
    assertThat(CLEAR.at(0)).isEqualTo(0.3);
    assertThat(CLEAR.name()).isEqualTo("0.1 to 0.3 at once");
  }
}
