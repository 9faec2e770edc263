package dev.verdict.cli.bench;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.cli.source.SyntheticReviews;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Generated reviews whose lengths in words are distributed like those of public sets of reviews.
 * The lengths at five shares of the set are given; between them they are spread evenly.
 */
enum Workload {
  /** Reviews of clothing, cut at 500 characters by the shop: mean 60 words, 95th percentile 101. */
  CLOTHING("clothing reviews", 2, 37, 59, 88, 101, 115),
  /** Single sentences of film reviews: mean 21 words, 95th percentile 38. */
  SENTENCES("film review sentences", 1, 14, 20, 27, 38, 59),
  /** Whole film reviews, mean 750 words, a long tail: nearly all are truncated by the model. */
  FILMS("whole film reviews", 20, 470, 680, 940, 1450, 2700),
  /** A third of each. */
  MIX("mix of lengths");

  private static final double[] SHARES = {0, 0.25, 0.5, 0.75, 0.95, 1};

  private final String title;
  private final List<Integer> words;

  Workload(String title, Integer... words) {
    this.title = title;
    this.words = List.of(words);
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
        reviews.add(review(source, drawWords(random, i)));
      }
    }
    return reviews;
  }

  /** Words of a review of this share, from 0 to 1. */
  private int wordsAt(double share) {
    int above = 1;
    while (above < SHARES.length - 1 && share > SHARES[above]) {
      above++;
    }
    double within = (share - SHARES[above - 1]) / (SHARES[above] - SHARES[above - 1]);
    int below = words.get(above - 1);
    return (int) Math.round(below + within * (words.get(above) - below));
  }

  private int drawWords(Random random, int index) {
    double share = random.nextDouble();
    if (this != MIX) {
      return wordsAt(share);
    }
    Workload[] parts = {CLOTHING, SENTENCES, FILMS};
    return parts[index % parts.length].wordsAt(share);
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
