package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class AlarmCheckTest {
  private static AlarmCheck read(AlarmCheck check, IntPredicate wrong) {
    AlarmCheck next = check;
    for (int label = 0; !next.complete(); label++) {
      next = next.add(wrong.test(label));
    }
    return next;
  }

  @Test
  void burstThatIsOverThenErrorsAreAsBefore() {
    AlarmCheck check = read(AlarmCheck.of(1000, 0.1, 500), label -> label < 200 || label % 10 == 0);

    assertThat(check.now()).isEqualTo(0.1);
    assertThat(check.over()).isTrue();
    assertThat(check.newerSince()).isEqualTo(1250);
  }

  @Test
  void riseThatLastsThenTheyAreNot() {
    assertThat(read(AlarmCheck.of(1000, 0.1, 500), label -> label % 5 == 0).over()).isFalse();
  }

  @Test
  void changeThatOnlyBeginsThenTheyAreNot() {
    assertThat(read(AlarmCheck.of(1000, 0, 500), label -> label > 480).over()).isFalse();
  }

  @Test
  void faultlessBeforeAndOneMistakeThenTheyAreAsBefore() {
    assertThat(read(AlarmCheck.of(1000, 0, 500), label -> label == 499).over()).isTrue();
  }

  @Test
  void oneLabelOnlyThenItDecides() {
    assertThat(read(AlarmCheck.of(7, 0.1, 1), label -> true).over()).isFalse();
    assertThat(read(AlarmCheck.of(7, 0.1, 1), label -> false).over()).isTrue();
  }

  @Test
  void burstsThenAlmostAllAlarmsAreWithdrawnAndOfClearRisesAlmostNone() {
    for (DriftSimulation.Burst burst : DriftSimulation.bursts()) {
      assertThat(
              DriftSimulation.withdrawals(Adwin.Config.DEFAULT, burst, 2000, 200, 500, 3)
                  .withdrawn())
          .as(burst.name())
          .isGreaterThan(0.7);
    }
    assertThat(
            DriftSimulation.withdrawals(
                    Adwin.Config.DEFAULT, new DriftSimulation.Rise(0.1, 0.3, 0), 2000, 200, 500, 3)
                .withdrawn())
        .isLessThan(0.01);
  }
}
