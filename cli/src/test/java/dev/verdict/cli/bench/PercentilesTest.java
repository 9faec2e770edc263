package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
  @Test
  void fourValuesThenNearestRank() {
    Percentiles percentiles = new Percentiles(new double[] {4, 1, 3, 2});

    assertThat(percentiles.at(0.5)).isEqualTo(2);
    assertThat(percentiles.at(0.99)).isEqualTo(4);
    assertThat(percentiles.at(0)).isEqualTo(1);
    assertThat(percentiles.max()).isEqualTo(4);
  }

  @Test
  void hundredValuesThenEachPercentIsOneOfThem() {
    Percentiles percentiles =
        new Percentiles(IntStream.rangeClosed(1, 100).asDoubleStream().toArray());

    assertThat(percentiles.at(0.95)).isEqualTo(95);
    assertThat(percentiles.at(0.99)).isEqualTo(99);
    assertThat(percentiles.at(1)).isEqualTo(100);
  }

  @Test
  void nothingMeasuredThenRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Percentiles(new double[0]));
  }
}
