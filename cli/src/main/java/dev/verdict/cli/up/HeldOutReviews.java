package dev.verdict.cli.up;

import dev.verdict.cli.source.SourcedReview;
import dev.verdict.evaluation.HoldOut;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fed reviews that no version is ever trained on, by domain, at most so many of each. */
final class HeldOutReviews {
  private static final int KEPT = 3000;

  private final HoldOut holdOut;
  private final Map<String, List<SourcedReview>> byDomain = new LinkedHashMap<>();

  HeldOutReviews(HoldOut holdOut) {
    this.holdOut = holdOut;
  }

  synchronized void add(SourcedReview review) {
    List<SourcedReview> kept =
        byDomain.computeIfAbsent(review.domain(), domain -> new ArrayList<>());
    if (kept.size() < KEPT && holdOut.contains(review.id())) {
      kept.add(review);
    }
  }

  synchronized Map<String, List<SourcedReview>> byDomain() {
    Map<String, List<SourcedReview>> copy = new LinkedHashMap<>();
    byDomain.forEach((domain, reviews) -> copy.put(domain, List.copyOf(reviews)));
    return copy;
  }
}
