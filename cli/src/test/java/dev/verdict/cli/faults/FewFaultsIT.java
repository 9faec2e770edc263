package dev.verdict.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link FaultsIT}, for every build. */
class FewFaultsIT {
  private static final long SEED = 7;

  @Test
  @Timeout(value = 12, unit = TimeUnit.MINUTES)
  void fewFaultsAreOvercomeWithNothingLostAndNothingDoubled() throws InterruptedException {
    assertThat(new FaultRun(SEED).run(Faults::few).violations()).isEmpty();
  }
}
