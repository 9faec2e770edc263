package dev.verdict.contract;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A review to classify, the value of the {@code reviews} topic; its id is the record's key.
 *
 * @param text what is classified, never blank
 * @param timestamp when it was written; the record's own timestamp counts where it is absent
 * @param attributes segments such as product line or language
 */
public record Review(String text, Optional<Instant> timestamp, Map<String, String> attributes) {}
