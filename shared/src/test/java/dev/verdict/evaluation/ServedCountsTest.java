package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.ServedCounts.Count;
import org.junit.jupiter.api.Test;

class ServedCountsTest {
  private static final WindowSpec.Timed MINUTE = (WindowSpec.Timed) WindowSpec.parse("1m");

  private final ServedCounts counts = new ServedCounts();

  private void put(String version, long start, int partition, long predictions) {
    counts.put(new Count(version, "1m", start, partition, predictions, start + 5));
  }

  @Test
  void partitionsAndVersionsThenSummedOverTheWindow() {
    put("v1", 0, 0, 3);
    put("v1", 1000, 1, 4);
    put("v2", 59_000, 0, 5);
    put("v1", 60_000, 0, 100);

    assertThat(counts.of("v1", MINUTE, 0)).isEqualTo(7);
    assertThat(counts.ofAll(MINUTE, 0)).isEqualTo(12);
    assertThat(counts.of("v3", MINUTE, 0)).isZero();
    assertThat(counts.latestMillis("v1")).isEqualTo(60_005);
    assertThat(counts.latestMillis()).isEqualTo(60_005);
  }

  @Test
  void segmentsThenThoseOfTheValuesAskedForAndNotInTheSumOfAll() {
    put("v1", 0, 0, 10);
    put("v2", 0, 1, 6);
    put("line=kitchen", 0, 0, 7);
    put("line=kitchen", 0, 1, 2);
    put("line=garden", 1000, 0, 2);
    put(ServedSegments.none("line"), 0, 0, 1);
    put(ServedSegments.none("line"), 0, 1, 4);

    assertThat(counts.ofAll(MINUTE, 0)).isEqualTo(16);
    assertThat(counts.ofSegment("line", "kitchen"::equals, MINUTE, 0)).hasValue(9);
    assertThat(counts.ofSegment("line", value -> true, MINUTE, 0)).hasValue(11);
    assertThat(counts.ofSegment("line", "attic"::equals, MINUTE, 0)).hasValue(0);
  }

  @Test
  void moreValuesThanAPartitionCountsThenNotKnownWhileTheyAreInTheWindow() {
    put("v1", 0, 0, 10);
    put("line=kitchen", 0, 0, 9);
    put(ServedSegments.more("line"), 0, 0, 1);
    put("v1", 60_000, 0, 5);
    put("line=kitchen", 60_000, 0, 5);

    assertThat(counts.ofSegment("line", "kitchen"::equals, MINUTE, 0)).isEmpty();
    assertThat(counts.ofSegment("line", "kitchen"::equals, MINUTE, 60_000)).hasValue(5);
  }

  @Test
  void someWereMadeBeforeSegmentsWereCountedThenNotKnown() {
    put("v1", 0, 0, 10);
    put("line=kitchen", 0, 0, 9);

    assertThat(counts.ofSegment("line", "kitchen"::equals, MINUTE, 0)).isEmpty();
  }

  @Test
  void toldAgainThenItTakesThePlaceOfWhatWasTold() {
    put("v1", 0, 0, 3);
    put("v1", 0, 0, 3);
    put("v1", 0, 0, 8);

    assertThat(counts.ofAll(MINUTE, 0)).isEqualTo(8);
  }

  @Test
  void forgottenThenGoneAndTold() {
    put("v1", 0, 0, 3);
    put("v1", 0, 1, 4);
    put("v1", 1000, 0, 1);

    assertThat(counts.forget("v1", "1m", 1000)).hasSize(2);
    assertThat(counts.ofAll(MINUTE, 0)).isEqualTo(1);
    assertThat(counts.forget("v9", "1m", 1000)).isEmpty();
  }
}
