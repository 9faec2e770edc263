package dev.verdict.cli.produce;

import dev.verdict.cli.source.ReviewSource;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.contract.Review;
import java.util.Map;
import java.util.Optional;

/** Reviews of a source that has their labels. */
final class GeneratedReviews implements ReviewInput {
  private final ReviewSource source;

  /**
   * @param source closed with this
   */
  GeneratedReviews(ReviewSource source) {
    this.source = source;
  }

  @Override
  public Optional<InputReview> next() {
    if (!source.hasNext()) {
      return Optional.empty();
    }
    SourcedReview each = source.next();
    return Optional.of(
        InputReview.of(
            each.id(),
            new WrittenReview(
                Optional.of(each.id()),
                new Review(each.text(), Optional.empty(), Map.of("domain", each.domain())),
                Optional.of(each.label()))));
  }

  @Override
  public void close() {
    source.close();
  }
}
