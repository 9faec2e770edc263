package dev.verdict.trainer.report;

import dev.verdict.evaluation.CalibrationError;

/**
 * How honest the probabilities of a version are, see {@link
 * dev.verdict.evaluation.TemperatureScaling}.
 *
 * @param temperature fitted on the validation split
 * @param before at temperature 1
 * @param after at the fitted temperature, on the same reviews
 */
public record Calibration(double temperature, CalibrationError before, CalibrationError after) {}
