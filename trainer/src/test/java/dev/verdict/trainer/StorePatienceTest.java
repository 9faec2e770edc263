package dev.verdict.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.checkpoint.StoreException;
import dev.verdict.checkpoint.StoreException.Kind;
import dev.verdict.trainer.training.TrainingStoppedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StorePatienceTest {
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final AtomicInteger attempts = new AtomicInteger();

  private StorePatience.Attempt<String> succeedsAt(int attempt, Kind before) {
    return () -> {
      if (attempts.incrementAndGet() < attempt) {
        throw new StoreException(before, "store is down", null);
      }
      return "stored";
    };
  }

  @Test
  void storeIsBackInTimeThenStored() throws Exception {
    StorePatience patience = new StorePatience(Duration.ofMinutes(1), PAUSE);

    assertThat(patience.attempt(succeedsAt(4, Kind.UNAVAILABLE), () -> false)).isEqualTo("stored");
    assertThat(attempts).hasValue(4);
  }

  @Test
  void storeStaysAwayThenItsFaultAfterTheTime() {
    StorePatience patience = new StorePatience(Duration.ofMillis(40), PAUSE);

    assertThatThrownBy(
            () -> patience.attempt(succeedsAt(Integer.MAX_VALUE, Kind.UNAVAILABLE), () -> false))
        .isInstanceOf(StoreException.class)
        .hasMessage("store is down");
    assertThat(attempts).hasValueGreaterThan(1);
  }

  @Test
  void storeRefusesThenNotTriedAgain() {
    StorePatience patience = new StorePatience(Duration.ofMinutes(1), PAUSE);

    assertThatThrownBy(() -> patience.attempt(succeedsAt(2, Kind.REFUSED), () -> false))
        .isInstanceOf(StoreException.class);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void stoppedMeanwhileThenStops() {
    StorePatience patience = new StorePatience(Duration.ofHours(1), Duration.ofMinutes(1));

    assertThatThrownBy(() -> patience.attempt(succeedsAt(2, Kind.UNAVAILABLE), () -> true))
        .isInstanceOf(TrainingStoppedException.class);
  }
}
