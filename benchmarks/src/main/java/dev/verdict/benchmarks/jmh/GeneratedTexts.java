package dev.verdict.benchmarks.jmh;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.cli.source.SyntheticReviews;
import java.util.ArrayList;
import java.util.List;

/** The texts that every benchmark here uses. */
final class GeneratedTexts {
  private static final long SEED = 1;

  private GeneratedTexts() {}

  static List<String> of(int count) {
    List<String> texts = new ArrayList<>(count);
    try (SyntheticReviews source = SyntheticReviews.stream(SEED, count, 0)) {
      source.forEachRemaining((SourcedReview review) -> texts.add(review.text()));
    }
    return texts;
  }
}
