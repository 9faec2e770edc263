package dev.verdict.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault, for each seed of {@code -Dverdict.faults.seeds} (a number, or a range such as 1-10):
 * {@code mvn verify -Pfaults}.
 */
@Tag("faults")
class FaultsIT {

  @ParameterizedTest
  @MethodSource("seeds")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void everyFaultOfTheSeedIsOvercomeWithNothingLostAndNothingDoubled(long seed)
      throws InterruptedException {
    assertThat(new FaultRun(seed).run(Faults::all).violations()).isEmpty();
  }

  static LongStream seeds() {
    String seeds = System.getProperty("verdict.faults.seeds", "1");
    int dash = seeds.indexOf('-');
    return dash < 0
        ? LongStream.of(Long.parseLong(seeds))
        : LongStream.rangeClosed(
            Long.parseLong(seeds.substring(0, dash)), Long.parseLong(seeds.substring(dash + 1)));
  }
}
