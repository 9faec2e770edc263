package dev.verdict.cli.faults;

import java.util.List;

/**
 * What the checker found.
 *
 * @param reviews records of {@code reviews}, tombstones left out
 * @param rescored predictions compared with what their version gives for the text alone
 * @param largestDifference of any probability in that comparison
 * @param graded labels that met a prediction and count in the evaluation
 * @param versions that predictions name
 * @param violations of what was promised; empty when it was kept
 */
record Report(
    long reviews,
    long predictions,
    long deadLetters,
    long tombstones,
    long labels,
    long rescored,
    double largestDifference,
    long graded,
    long versions,
    long runs,
    List<String> violations) {}
