package dev.verdict.streams.processing;

import dev.verdict.drift.F1Explanation;
import dev.verdict.drift.InputDrift;
import dev.verdict.drift.ReferenceProfile;
import java.util.Optional;
import java.util.function.Function;

/**
 * How it is told without labels how a version does, and why F1 fell.
 *
 * @param reviews newest predictions of a version, of all partitions, that are looked at
 * @param inputs when they count as unlike the reference
 * @param explanation from when a cause counts
 * @param references of versions, as far as known here; asked often, so it must be quick
 */
public record SignalRules(
    long reviews,
    InputDrift.Rule inputs,
    F1Explanation.Rule explanation,
    Function<String, Optional<ReferenceProfile>> references) {}
