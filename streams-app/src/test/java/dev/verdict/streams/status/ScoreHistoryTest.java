package dev.verdict.streams.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreHistoryTest {
  private final ScoreHistory history = new ScoreHistory(Duration.ofSeconds(60), 20);

  @Test
  void severalPointsOfAStepThenTheLastIsKept() {
    history.add(point(30_000));
    history.add(point(31_000));
    history.add(point(32_999));
    history.add(point(33_000));

    assertThat(times(0)).containsExactly(32_999L, 33_000L);
  }

  @Test
  void pointsForAWeekThenOnlyTheSpanIsKept() {
    for (long at = 0; at < Duration.ofDays(7).toMillis(); at += 60_000 / 7) {
      history.add(point(at));
    }

    List<Long> times = times(0);
    assertThat(times).hasSizeLessThanOrEqualTo(21).isSorted();
    assertThat(times.get(times.size() - 1) - times.get(0)).isLessThanOrEqualTo(60_000);
  }

  @Test
  void olderPointComesLateThenItTakesNoNewerOnesPlace() {
    history.add(point(31_000));
    history.add(point(30_500));

    assertThat(times(0)).containsExactly(31_000L);
    assertThat(history.latest()).contains(point(31_000));
  }

  @Test
  void askedSinceATimeThenTheStepOfThatTimeIsAmongThem() {
    history.add(point(30_000));
    history.add(point(34_000));
    history.add(point(35_000));

    assertThat(times(34_000)).containsExactly(35_000L);
    assertThat(times(36_000)).isEmpty();
  }

  private List<Long> times(long since) {
    return history.since(since).stream().map(ScorePoint::at).toList();
  }

  private static ScorePoint point(long at) {
    return new ScorePoint(at, 0.9, 0.8, 0.95, 1000);
  }
}
