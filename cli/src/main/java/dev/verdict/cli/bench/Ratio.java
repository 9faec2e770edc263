package dev.verdict.cli.bench;

/**
 * One row in terms of another of the same run: what another machine can be compared by.
 *
 * @param id unique in its report, snake_case
 * @param subject the row that is judged
 * @param limit the row that it stands beside
 * @param value median of the subject over median of the limit
 * @param goal which way it is good, and how far it should go
 */
record Ratio(String id, String subject, String limit, double value, Goal goal) {}
