package dev.verdict.batching;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.HoldOut;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdShareTest {
  private static final int IDS = 20_000;

  private static byte[] id(int i) {
    return ("review-" + i).getBytes(UTF_8);
  }

  /** Python: int.from_bytes(hashlib.sha256(salt + b"\0" + id).digest()[:4], "big") % 100. */
  @ParameterizedTest
  @CsvSource({"canary,r1,18", "canary,reviews-0-17,61", "shadow,r1,37", "shadow,größe,55"})
  void idThenItsPlaceIsThatOfAnIndependentHash(String salt, String id, int place) {
    assertThat(new IdShare(salt, place).contains(id.getBytes(UTF_8))).isFalse();
    assertThat(new IdShare(salt, place + 1).contains(id.getBytes(UTF_8))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "5,1000", "20,4000", "50,10000", "100,20000"})
  void manyIdsThenNearTheShare(int percent, int expected) {
    IdShare share = new IdShare("canary", percent);

    long inside = IntStream.range(0, IDS).filter(i -> share.contains(id(i))).count();

    // Four standard deviations of a binomial of 20,000 at most.
    assertThat(inside).isBetween(expected - 283L, expected + 283L);
  }

  @Test
  void otherSaltThenIndependentAndSoIsTheHoldOut() {
    IdShare canary = new IdShare("canary", 20);
    IdShare shadow = new IdShare("shadow", 20);
    HoldOut holdOut = new HoldOut(20);

    assertThat(
            IntStream.range(0, IDS)
                .filter(i -> canary.contains(id(i)) && shadow.contains(id(i)))
                .count())
        .isBetween(680L, 920L);
    assertThat(
            IntStream.range(0, IDS)
                .filter(i -> canary.contains(id(i)) && holdOut.contains("review-" + i))
                .count())
        .isBetween(680L, 920L);
  }

  @Test
  void shareGrowsThenWhoWasInsideStays() {
    assertThat(IntStream.range(0, IDS).filter(i -> new IdShare("canary", 10).contains(id(i))))
        .allMatch(i -> new IdShare("canary", 25).contains(id(i)));
  }
}
