package dev.verdict.cli.up;

import dev.verdict.cli.source.ReviewSource;
import java.time.Duration;

/**
 * What is fed into the stream.
 *
 * @param rate reviews a second, once the first champion serves
 * @param labelDelay from a review to its label
 * @param firstReviews sent at once, for the training of the first champion
 */
record Feed(ReviewSource source, double rate, Duration labelDelay, int firstReviews) {}
