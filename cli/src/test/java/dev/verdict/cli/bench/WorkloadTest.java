package dev.verdict.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.cli.source.SourcedReview;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorkloadTest {
  private static final int REVIEWS = 1000;

  @ParameterizedTest
  @CsvSource({"CLOTHING, 60, 101, 115", "SENTENCES, 21, 38, 59", "FILMS, 750, 1450, 2700"})
  void drawnThenAsLongAsTheSetItStandsFor(
      Workload workload, double mean, double percentile95, int longest) {
    int[] words = words(workload);

    assertThat(Arrays.stream(words).average().orElseThrow()).isCloseTo(mean, within(mean * 0.04));
    assertThat((double) words[REVIEWS * 95 / 100])
        .isCloseTo(percentile95, within(percentile95 * 0.05));
    assertThat(words[REVIEWS - 1]).isLessThanOrEqualTo(longest);
    assertThat(words[0]).isPositive();
  }

  @Test
  void mixDrawnThenOneOfEachInTurn() {
    List<SourcedReview> mix = Workload.MIX.reviews(300, 1);

    long longOnes = mix.stream().filter(review -> count(review) > 115).count();
    assertThat(longOnes).isBetween(90L, 100L);
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void sameSeedThenSameReviewsAndAnotherThenOthers(Workload workload) {
    List<SourcedReview> reviews = workload.reviews(20, 5);

    assertThat(workload.reviews(20, 5)).isEqualTo(reviews);
    assertThat(workload.reviews(20, 6)).isNotEqualTo(reviews);
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void drawnThenEveryIdIsAnother(Workload workload) {
    List<String> ids = workload.reviews(200, 1).stream().map(SourcedReview::id).toList();

    assertThat(new HashSet<>(ids)).hasSize(200);
  }

  private static int[] words(Workload workload) {
    return workload.reviews(REVIEWS, 1).stream().mapToInt(WorkloadTest::count).sorted().toArray();
  }

  private static int count(SourcedReview review) {
    return review.text().split(" ").length;
  }
}
