package dev.verdict.contract;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A review as its record has it, not yet checked.
 *
 * @param attributes without those that are null
 */
public record ReviewFields(
    Optional<String> text, Optional<Instant> timestamp, Map<String, String> attributes) {}
