package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordCountsTest {
  private final WordCounts counts = new WordCounts(2, 37, 59, 88, 101, 115);

  @ParameterizedTest
  @CsvSource({
    "0, 2",
    "0.125, 20",
    "0.25, 37",
    "0.5, 59",
    "0.75, 88",
    "0.85, 95",
    "0.95, 101",
    "1, 115"
  })
  void shareThenSpreadEvenlyBetweenTheGivenOnes(double share, int words) {
    assertThat(counts.at(share)).isEqualTo(words);
  }
}
