package dev.verdict.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void alwaysTakenWhenDueThenAsManyASecondAsTheRate() {
    Pace pace = new Pace(250, 0);
    long taken = 0;
    for (long now = 0; now < 4 * SECOND; now += pace.waitNanos(now)) {
      pace.taken(now);
      taken++;
    }
    assertThat(taken).isEqualTo(1000);
  }

  @Test
  void sleepsAreTooLongThenTheRateIsKeptByTakingMoreAtOnce() {
    Pace pace = new Pace(1000, 0);
    long taken = 0;
    for (long now = 0; now < SECOND; now += 10_000_000) {
      while (pace.waitNanos(now) == 0) {
        pace.taken(now);
        taken++;
      }
    }
    assertThat(taken).isBetween(985L, 1001L);
  }

  @Test
  void inputWasLateThenWhatWasMissedIsNotMadeUpFor() {
    Pace pace = new Pace(100, 0);
    pace.taken(0);
    long now = 60 * SECOND;
    int taken = 0;
    while (pace.waitNanos(now) == 0) {
      pace.taken(now);
      taken++;
    }
    assertThat(taken).isLessThanOrEqualTo(7);
  }

  @Test
  void noRateThenNeverAWait() {
    Pace pace = new Pace(Double.POSITIVE_INFINITY, 5);
    for (int i = 0; i < 10; i++) {
      assertThat(pace.waitNanos(5)).isZero();
      pace.taken(5);
    }
  }
}
