package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HoldOutTest {
  private static final int IDS = 10_000;

  private static Set<String> heldOut(int percent) {
    HoldOut holdOut = new HoldOut(percent);
    return IntStream.range(0, IDS)
        .mapToObj(i -> "review-" + i)
        .filter(holdOut::contains)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 50, 90})
  void manyIdsThenTheShareIsHeldOut(int percent) {
    double expected = percent / 100.0;
    double deviation = Math.sqrt(expected * (1 - expected) / IDS);

    assertThat((double) heldOut(percent).size() / IDS).isCloseTo(expected, within(4 * deviation));
  }

  @Test
  void shareRaisedThenWhatWasHeldOutStaysSo() {
    assertThat(heldOut(30)).containsAll(heldOut(20));
  }

  /** First four bytes of SHA-256, unsigned, modulo 100; computed with Python's hashlib. */
  @ParameterizedTest
  @CsvSource({
    "r1,74",
    "review-42,75",
    "reviews-0-17,76",
    "ünïcode-レビュー,2",
    "00000000-0000-0000-0000-000000000000,52"
  })
  void knownIdThenSamePlaceForEver(String id, int place) {
    assertThat(new HoldOut(place + 1).contains(id)).isTrue();
    assertThat(new HoldOut(place).contains(id)).isFalse();
  }
}
