package dev.verdict.cli.produce;

import java.util.Optional;

/**
 * What one line or row of the input has.
 *
 * @param place for messages, such as {@code reviews.csv line 7}
 * @param review empty where it cannot be used
 * @param fault why not
 */
record InputReview(String place, Optional<WrittenReview> review, String fault) {
  static InputReview of(String place, WrittenReview review) {
    return new InputReview(place, Optional.of(review), "");
  }

  static InputReview faulty(String place, String fault) {
    return new InputReview(place, Optional.empty(), fault);
  }
}
