package dev.verdict.contract;

import java.time.Instant;

/**
 * Champion and challenger on one review whose label came, for the paired test between them. Inside
 * the streams application only.
 *
 * @param actual the label's class
 * @param served the class that was served
 * @param servedBy the version that served it
 * @param shadow the class that the challenger gave
 * @param shadowBy the challenger's version
 * @param reviewTimestamp event time of the review
 */
public record GradedPair(
    String actual,
    String served,
    String servedBy,
    String shadow,
    String shadowBy,
    Instant reviewTimestamp) {}
