package dev.verdict.cli.produce;

import dev.verdict.contract.Review;
import java.util.Optional;

/**
 * A review to write, and what a person says of it.
 *
 * @param id empty where one has to be made
 * @param label its class, if it is known
 */
record WrittenReview(Optional<String> id, Review review, Optional<String> label) {}
