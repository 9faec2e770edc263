package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @Test
  void measuredThenMedianLowestAndHighest() {
    Figures figures = Figures.of(3, 1, 10);

    assertThat(figures.median()).isEqualTo(3);
    assertThat(figures.min()).isEqualTo(1);
    assertThat(figures.max()).isEqualTo(10);
    assertThat(figures.values()).containsExactly(3.0, 1.0, 10.0);
  }

  @Test
  void evenlyManyThenMedianIsTheMeanOfTheMiddleTwo() {
    assertThat(Figures.of(4, 1, 2, 100).median()).isEqualTo(3);
  }

  @Test
  void nothingMeasuredThenNoMedian() {
    assertThatIllegalStateException().isThrownBy(() -> new Figures().median());
  }

  @Test
  void notFiniteThenRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Figures.of(1.0 / 0))
        .withMessage("Measured Infinity, must be finite");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1234.5 | 1,235", "123.4 | 123", "12.34 | 12.3", "1.234 | 1.23", "0.0123 | 0.012"})
  void numberThenAboutThreeDigits(double value, String text) {
    assertThat(Figures.number(value)).isEqualTo(text);
  }
}
