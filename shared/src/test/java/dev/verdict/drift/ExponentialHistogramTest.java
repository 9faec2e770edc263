package dev.verdict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExponentialHistogramTest {
  private final double[] errors = ErrorStream.fractions().errors();

  @Test
  void numbersAddedAndOldestForgottenThenMeanAndVarianceOfThoseThatAreLeft() {
    for (int maxBuckets : new int[] {1, 2, 5}) {
      ExponentialHistogram window = new ExponentialHistogram(maxBuckets);
      for (int i = 0; i < errors.length; i++) {
        window.add(errors[i]);
        if (i % 100 == 99) {
          window.removeOldest();
          double[] left = Arrays.copyOfRange(errors, i + 1 - (int) window.width(), i + 1);
          double mean = Arrays.stream(left).average().orElse(0);
          double variance =
              Arrays.stream(left).map(e -> (e - mean) * (e - mean)).average().orElse(0);
          assertThat(window.total()).isCloseTo(mean * left.length, within(1e-9));
          assertThat(window.variance()).isCloseTo(variance, within(1e-12));
        }
      }
    }
  }

  @Test
  void oneBucketOfASizeThenTheSizesAreTheBinaryDigitsOfTheWidth() {
    ExponentialHistogram window = new ExponentialHistogram(1);
    for (int width = 1; width <= 300; width++) {
      window.add(1);
      assertThat(window.width()).isEqualTo(width);
      assertThat(window.buckets()).isEqualTo(Integer.bitCount(width));
      assertThat(window.levels()).isEqualTo(32 - Integer.numberOfLeadingZeros(width));
    }
  }

  @Test
  void everythingForgottenThenEmptyAgain() {
    ExponentialHistogram window = new ExponentialHistogram(2);
    window.add(1);
    window.add(0);
    window.removeOldest();
    window.removeOldest();

    assertThat(window.width()).isZero();
    assertThat(window.variance()).isZero();
    assertThat(window.levels()).isZero();
  }
}
