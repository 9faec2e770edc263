package dev.verdict.contract;

import java.time.Instant;
import java.util.Optional;

/** A label as its record has it, not yet checked. */
public record LabelFields(
    Optional<String> label, Optional<Instant> labeledAt, Optional<String> source) {}
