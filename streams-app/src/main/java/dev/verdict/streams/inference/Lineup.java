package dev.verdict.streams.inference;

import dev.verdict.batching.IdShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The loaded versions and what each is for. The same model may have two roles.
 *
 * @param champion that serves
 * @param previous that is kept warm for a rollback
 * @param challenger that is scored in shadow
 * @param canary whether the champion serves its share of the ids only, and the previous the others
 */
record Lineup(
    ServingModel champion,
    Optional<ServingModel> previous,
    Optional<Challenger> challenger,
    boolean canary) {

  /**
   * A version in its trial.
   *
   * @param tokensPerSecond as it was measured aside, on one text
   */
  record Challenger(ServingModel model, double tokensPerSecond) {}

  /** Reviews that one version scores. */
  record Part(ServingModel model, List<PendingReview> reviews) {}

  /**
   * @throws IllegalArgumentException if there is a canary, but no previous version for the others
   */
  Lineup {
    if (canary && previous.isEmpty()) {
      throw new IllegalArgumentException("A canary needs a previous version. This is a bug.");
    }
  }

  /** One version that does everything. */
  static Lineup of(ServingModel champion) {
    return new Lineup(champion, Optional.empty(), Optional.empty(), false);
  }

  /** Every model of a role. */
  List<ServingModel> models() {
    return Stream.of(
            Stream.of(champion), previous.stream(), challenger.stream().map(Challenger::model))
        .flatMap(each -> each)
        .distinct()
        .toList();
  }

  /** Whether every review is served by the same version as in the other lineup. */
  boolean servesAs(Lineup other) {
    return champion == other.champion
        && canary == other.canary
        && (!canary || previous.get() == other.previous.get());
  }

  /**
   * Splits reviews by the version that serves them.
   *
   * @param canaryShare of the ids, which a canary serves
   */
  List<Part> split(List<PendingReview> reviews, IdShare canaryShare) {
    if (!canary) {
      return List.of(new Part(champion, reviews));
    }
    List<PendingReview> ofCanary = new ArrayList<>();
    List<PendingReview> others = new ArrayList<>();
    for (PendingReview review : reviews) {
      (canaryShare.contains(review.id()) ? ofCanary : others).add(review);
    }
    return Stream.of(new Part(champion, ofCanary), new Part(previous.orElseThrow(), others))
        .filter(part -> !part.reviews().isEmpty())
        .toList();
  }
}
