package dev.verdict.cli.bench;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.cli.source.SyntheticReviews;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Generated reviews whose lengths in words are distributed like those of public sets. */
enum Workload {
  /** Reviews of clothing, cut by the shop at 500 characters: mean 60 words, 95th percentile 101. */
  CLOTHING("clothing reviews"),
  /** Single sentences of film reviews: mean 21 words, 95th percentile 38. */
  SENTENCES("film review sentences"),
  /** Whole film reviews, mean 750 words, a long tail: nearly all are truncated by the model. */
  FILMS("whole film reviews"),
  /** A third of each. */
  MIX("mix of lengths");

  private static final WordCounts CLOTHING_WORDS = new WordCounts(2, 37, 59, 88, 101, 115);
  private static final WordCounts SENTENCE_WORDS = new WordCounts(1, 14, 20, 27, 38, 59);
  private static final WordCounts FILM_WORDS = new WordCounts(20, 470, 680, 940, 1450, 2700);
  private static final List<WordCounts> ALL = List.of(CLOTHING_WORDS, SENTENCE_WORDS, FILM_WORDS);

  private final String title;

  Workload(String title) {
    this.title = title;
  }

  /** As people read it. */
  String title() {
    return title;
  }

  /** As a part of an id. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The same arguments give the same reviews. */
  List<SourcedReview> reviews(int count, long seed) {
    Random random = new Random(seed);
    List<SourcedReview> reviews = new ArrayList<>(count);
    try (SyntheticReviews source = SyntheticReviews.stream(seed, Long.MAX_VALUE, 0)) {
      for (int i = 0; i < count; i++) {
        reviews.add(review(source, wordCounts(i).at(random.nextDouble())));
      }
    }
    return reviews;
  }

  private WordCounts wordCounts(int index) {
    return switch (this) {
      case CLOTHING -> CLOTHING_WORDS;
      case SENTENCES -> SENTENCE_WORDS;
      case FILMS -> FILM_WORDS;
      case MIX -> ALL.get(index % ALL.size());
    };
  }

  /** Generated reviews one after another, cut at a number of words. */
  private static SourcedReview review(SyntheticReviews source, int words) {
    SourcedReview first = source.next();
    List<String> text = new ArrayList<>(List.of(first.text().split(" ")));
    while (text.size() < words) {
      text.addAll(List.of(source.next().text().split(" ")));
    }
    return new SourcedReview(
        first.id(), String.join(" ", text.subList(0, words)), first.label(), first.domain());
  }
}
