package dev.verdict.evaluation;

import java.util.Locale;

/** What asks for a new version. */
public enum RetrainTrigger {
  /** The interval of the champion's macro F1 lies below its bound. */
  F1,
  /** A detector found drift. */
  DRIFT,
  /** The time for it has come. */
  SCHEDULE,
  /** People. */
  MANUAL;

  /** The name in settings, on the wire and in metrics. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
