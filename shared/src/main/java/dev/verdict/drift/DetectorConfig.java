package dev.verdict.drift;

import java.util.Map;

/** A kind of detector and its parameters, checked. */
public sealed interface DetectorConfig
    permits Adwin.Config, PageHinkley.Config, DriftDetectionMethod.Config {
  /** Name of the kind: {@code adwin}, {@code page_hinkley} or {@code ddm}. */
  String detector();

  /** All parameters by name; a switch is 0 or 1. */
  Map<String, Double> parameters();

  /** A detector that has read nothing yet. */
  DriftDetector create();
}
