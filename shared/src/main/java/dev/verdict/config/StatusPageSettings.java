package dev.verdict.config;

import java.time.Duration;

/**
 * The status page of the streams app.
 *
 * @param enabled whether it is served at all
 * @param lastPredictions kept with their texts; 0 for none
 * @param history of the scores that is shown
 */
public record StatusPageSettings(boolean enabled, int lastPredictions, Duration history) {}
