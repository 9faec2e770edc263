package dev.verdict.cli.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SyntheticReviewsTest {

  @Test
  void sameSeedThenSameReviewsAndAnotherSeedThenOthers() {
    assertThat(take(7, 100, 100)).isEqualTo(take(7, 100, 100));
    assertThat(texts(take(8, 100, 0))).doesNotContainAnyElementsOf(longTexts(take(7, 100, 0)));
  }

  @Test
  void knownSeedThenKnownReview() {
    // Guards the promise that a seed means the same reviews on every machine and release.
    SourcedReview first = take(1, 1, 0).get(0);
    assertThat(first.id()).isEqualTo("synthetic-1-0000000");
    assertThat(first.domain()).isEqualTo("kitchen");
    assertThat(first.text())
        .isEqualTo(
            "The timer turned out quite weighty. I make breakfast for the kids with it."
                + " The filter feels unevenly heated yet the handle is far from melted."
                + " This one clogs afetr every use.");
  }

  @Test
  void longerStreamThenItBeginsWithTheShorterOne() {
    assertThat(take(7, 100, 50).subList(0, 120)).isEqualTo(take(7, 100, 20));
  }

  @Test
  void manyReviewsThenClassesHaveTheirShares() {
    List<SourcedReview> reviews = take(3, 5_000, 5_000);
    Map<String, Long> counts =
        reviews.stream()
            .collect(Collectors.groupingBy(SourcedReview::label, Collectors.counting()));

    assertThat(counts).containsOnlyKeys("negative", "neutral", "positive");
    assertThat(counts.get("negative") / 10_000.0).isCloseTo(0.35, within(0.02));
    assertThat(counts.get("neutral") / 10_000.0).isCloseTo(0.20, within(0.02));
    assertThat(counts.get("positive") / 10_000.0).isCloseTo(0.45, within(0.02));
  }

  @Test
  void manyReviewsThenLengthsAreThoseOfRealReviews() {
    int[] lengths =
        take(3, 5_000, 5_000).stream().mapToInt(r -> words(r).size()).sorted().toArray();

    assertThat(lengths[lengths.length / 2]).isBetween(22, 29);
    assertThat(lengths[lengths.length * 95 / 100]).isBetween(60, 80);
    assertThat(lengths[0]).isGreaterThan(1);
    assertThat(lengths[lengths.length - 1]).isLessThan(250);
  }

  @Test
  void manyReviewsThenTheyDifferAndTheirWordsAreMany() {
    List<SourcedReview> reviews = take(3, 2_000, 2_000);

    assertThat(new HashSet<>(texts(reviews))).hasSizeGreaterThan(3_900);
    assertThat(reviews.stream().map(SourcedReview::id)).doesNotHaveDuplicates();
    assertThat(frequent(reviews.subList(0, 2_000))).hasSizeGreaterThan(400);
  }

  @Test
  void driftThenMostFrequentWordsAreNew() {
    List<SourcedReview> reviews = take(3, 2_000, 2_000);
    Set<String> before = frequent(reviews.subList(0, 2_000));
    Set<String> after = frequent(reviews.subList(2_000, 4_000));

    assertThat(reviews.subList(0, 2_000)).allMatch(review -> review.domain().equals("kitchen"));
    assertThat(reviews.subList(2_000, 4_000)).allMatch(review -> review.domain().equals("outdoor"));
    long unknown = after.stream().filter(word -> !before.contains(word)).count();
    assertThat((double) unknown / after.size()).isBetween(0.4, 0.8);
  }

  @Test
  void driftThenAHeavyThingTurnsFromGoodToBad() {
    assertThat(positiveShareWith("heavy", take(3, 4_000, 0))).isGreaterThan(0.8);
    assertThat(positiveShareWith("heavy", take(3, 0, 4_000))).isLessThan(0.2);
  }

  @Test
  void modelOfTheFirstDomainThenItFallsAtTheDriftAndRecoversWithNewReviews() {
    List<SourcedReview> reviews = take(3, 3_000, 2_000);
    List<SourcedReview> old = reviews.subList(0, 2_000);
    List<SourcedReview> recent = reviews.subList(3_000, 4_000);
    List<SourcedReview> drifted = reviews.subList(4_000, 5_000);
    NaiveBayes before = new NaiveBayes(old);
    List<SourcedReview> both = new ArrayList<>(old);
    both.addAll(recent);

    assertThat(before.accuracy(reviews.subList(2_000, 3_000))).isGreaterThan(0.88);
    assertThat(before.accuracy(drifted)).isBetween(0.5, 0.75);
    assertThat(new NaiveBayes(both).accuracy(drifted)).isGreaterThan(0.85);
  }

  @Test
  void endReachedThenNothingFollows() {
    try (ReviewSource source = SyntheticReviews.stream(1, 1, 0)) {
      source.next();
      assertThat(source.hasNext()).isFalse();
      assertThatThrownBy(source::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void endlessThenThereIsAlwaysANext() {
    try (ReviewSource source = SyntheticReviews.stream(1, 10, Long.MAX_VALUE)) {
      for (int i = 0; i < 100; i++) {
        assertThat(source.hasNext()).isTrue();
        source.next();
      }
    }
  }

  @Test
  void negativeCountThenBothAreNamed() {
    assertThatThrownBy(() -> SyntheticReviews.stream(1, 5, -1))
        .hasMessage("5 reviews before the drift and -1 after it: neither may be negative");
  }

  private static double positiveShareWith(String word, List<SourcedReview> reviews) {
    List<SourcedReview> with =
        reviews.stream()
            .filter(review -> !review.label().equals("neutral"))
            .filter(review -> words(review).contains(word))
            .toList();
    assertThat(with).hasSizeGreaterThan(50);
    return with.stream().filter(review -> review.label().equals("positive")).count()
        / (double) with.size();
  }

  private static Set<String> frequent(List<SourcedReview> reviews) {
    Map<String, Long> counts =
        reviews.stream()
            .flatMap(review -> words(review).stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return counts.entrySet().stream()
        .filter(count -> count.getValue() >= 10)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static List<String> texts(List<SourcedReview> reviews) {
    return reviews.stream().map(SourcedReview::text).toList();
  }

  private static List<String> longTexts(List<SourcedReview> reviews) {
    return reviews.stream()
        .filter(review -> words(review).size() > 12)
        .map(SourcedReview::text)
        .toList();
  }

  private static List<String> words(SourcedReview review) {
    return Arrays.asList(review.text().toLowerCase(Locale.ROOT).replaceAll("[.!]", "").split(" "));
  }

  private static List<SourcedReview> take(long seed, long before, long after) {
    List<SourcedReview> reviews = new ArrayList<>();
    try (ReviewSource source = SyntheticReviews.stream(seed, before, after)) {
      source.forEachRemaining(reviews::add);
    }
    return reviews;
  }

  /** Multinomial naive Bayes with Laplace smoothing: the plainest model that learns words. */
  private static final class NaiveBayes {

    private final Map<String, Map<String, Integer>> counts = new HashMap<>();
    private final Map<String, Integer> totals = new HashMap<>();
    private final Map<String, Integer> priors = new HashMap<>();
    private final Set<String> vocabulary = new HashSet<>();

    NaiveBayes(List<SourcedReview> reviews) {
      for (SourcedReview review : reviews) {
        priors.merge(review.label(), 1, Integer::sum);
        for (String word : words(review)) {
          counts
              .computeIfAbsent(review.label(), key -> new HashMap<>())
              .merge(word, 1, Integer::sum);
          totals.merge(review.label(), 1, Integer::sum);
          vocabulary.add(word);
        }
      }
    }

    double accuracy(List<SourcedReview> reviews) {
      long right = reviews.stream().filter(r -> classify(r).equals(r.label())).count();
      return right / (double) reviews.size();
    }

    private String classify(SourcedReview review) {
      return priors.keySet().stream()
          .max((one, other) -> Double.compare(score(one, review), score(other, review)))
          .orElseThrow();
    }

    private double score(String label, SourcedReview review) {
      double score = Math.log(priors.get(label));
      for (String word : words(review)) {
        if (vocabulary.contains(word)) {
          score +=
              Math.log(
                  (counts.get(label).getOrDefault(word, 0) + 1.0)
                      / (totals.get(label) + vocabulary.size()));
        }
      }
      return score;
    }
  }
}
