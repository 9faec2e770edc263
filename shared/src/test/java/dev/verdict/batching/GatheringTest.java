package dev.verdict.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.batching.Gathering.Outlook;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GatheringTest {
  private static final BatchLimits LIMITS = new BatchLimits(100, 4, Duration.ofNanos(50));

  /** A clock that starts near its largest value, as System.nanoTime may. */
  private static final long START = Math.subtractExact(Long.MAX_VALUE, 20L);

  private final Gathering gathering = new Gathering(LIMITS, 0);

  @ParameterizedTest
  @EnumSource
  void nothingGatheredThenGoesOn(Outlook outlook) {
    assertThat(gathering.closed(START, outlook)).isEmpty();
    assertThat(gathering.patienceNanos(START)).isEqualTo(50);
  }

  @Test
  void oldestHasWaitedThenClosesAndOneNanosecondBeforeNot() {
    gathering.add(1, START + 30);
    gathering.add(1, START);

    assertThat(gathering.closed(START + 49, Outlook.OPEN)).isEmpty();
    assertThat(gathering.patienceNanos(START + 49)).isEqualTo(1);
    assertThat(gathering.closed(START + 50, Outlook.OPEN)).contains(CloseReason.WAITED);
    assertThat(gathering.patienceNanos(START + 500)).isZero();
  }

  @Test
  void moreIsQueuedThenTakenEvenWhenTheOldestHasWaited() {
    gathering.add(1, START);

    assertThat(gathering.closed(START + 500, Outlook.QUEUED)).isEmpty();
  }

  @Test
  void nothingMoreIsComingThenClosesAtOnce() {
    gathering.add(1, START);

    assertThat(gathering.closed(START, Outlook.DRY)).contains(CloseReason.DRAINED);
  }

  @Test
  void versionSwappedThenClosesEvenWhenMoreIsQueued() {
    gathering.add(1, START);

    assertThat(gathering.closed(START, Outlook.SWAPPED)).contains(CloseReason.SWAP);
  }

  @Test
  void oneBatchIsFullThenNothingIsWaitedForButWhatIsQueuedIsTaken() {
    for (int i = 0; i < 4; i++) {
      assertThat(gathering.closed(START, Outlook.OPEN)).isEmpty();
      gathering.add(1, START);
    }

    assertThat(gathering.closed(START, Outlook.OPEN)).contains(CloseReason.FULL);
    assertThat(gathering.closed(START, Outlook.DRY)).contains(CloseReason.FULL);
    assertThat(gathering.closed(START, Outlook.QUEUED)).isEmpty();
  }

  @Test
  void eightBatchesOfRowsThenFullWhateverIsQueued() {
    for (int i = 0; i < 32; i++) {
      assertThat(gathering.closed(START, Outlook.QUEUED)).isEmpty();
      gathering.add(1, START);
    }

    assertThat(gathering.closed(START, Outlook.QUEUED)).contains(CloseReason.FULL);
  }

  @Test
  void slowModelThenOneBatchOfTokensAndFastOneThenEight() {
    gathering.add(100, START);
    assertThat(gathering.closed(START, Outlook.QUEUED)).contains(CloseReason.FULL);

    Gathering fast = new Gathering(LIMITS, 1e9);
    fast.add(799, START);
    assertThat(fast.closed(START, Outlook.QUEUED)).isEmpty();
    fast.add(1, START);
    assertThat(fast.closed(START, Outlook.QUEUED)).contains(CloseReason.FULL);

    Gathering middling = new Gathering(LIMITS, 400);
    middling.add(199, START);
    assertThat(middling.closed(START, Outlook.QUEUED)).isEmpty();
    middling.add(1, START);
    assertThat(middling.closed(START, Outlook.QUEUED)).contains(CloseReason.FULL);
  }
}
