package dev.verdict.cli.source;

/**
 * A review with the class a person gave it, on its way to Kafka.
 *
 * @param id unique within its source
 * @param text what the reviewer wrote
 * @param label the class a person gave it
 * @param domain what it is about; a change of domain is a drift
 */
public record SourcedReview(String id, String text, String label, String domain) {}
