package dev.verdict.streams.processing;

import dev.verdict.contract.GradedPair;

/** What the label of a review tells. */
sealed interface JoinedReview {
  /** Of the prediction that was served. */
  record Graded(GradedReview review) implements JoinedReview {}

  /** Of the champion and the challenger on the same review. */
  record Compared(GradedPair pair) implements JoinedReview {}
}
