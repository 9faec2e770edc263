package dev.verdict.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void scoresThenRoundTicksAroundThem() {
    assertThat(texts(Axis.around(0.4213, 0.8711, 5)))
        .containsExactly("0.4", "0.5", "0.6", "0.7", "0.8", "0.9");
    assertThat(texts(Axis.around(0.91, 0.93, 5)))
        .containsExactly("0.910", "0.915", "0.920", "0.925", "0.930");
  }

  @Test
  void learningRatesThenPowersOfTen() {
    assertThat(texts(Axis.around(0, 5e-5, 5)))
        .containsExactly("0", "1e-5", "2e-5", "3e-5", "4e-5", "5e-5");
    assertThat(texts(Axis.around(0.00042, 0.00098, 5)))
        .containsExactly("4e-4", "6e-4", "8e-4", "1e-3");
  }

  @Test
  void stepsThenWholeNumbersFromZero() {
    assertThat(texts(Axis.counts(2540, 6)))
        .containsExactly("0", "500", "1,000", "1,500", "2,000", "2,500");
    assertThat(texts(Axis.counts(1, 6))).containsExactly("0", "1");
    assertThat(texts(Axis.counts(3, 6))).containsExactly("0", "1", "2", "3");
  }

  @Test
  void oneValueThenItLiesWithinTheAxis() {
    for (double value : new double[] {0, 1, 0.5, 1e-8, 12_345, -3}) {
      Axis axis = Axis.around(value, value, 5);

      assertThat(axis.share(value)).isBetween(0.0, 1.0);
      assertThat(axis.ticks()).hasSizeBetween(2, 12);
    }
  }

  private static List<String> texts(Axis axis) {
    return axis.ticks().stream().map(axis::text).toList();
  }
}
