package dev.verdict.evaluation;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@link RetrainPolicy} decides on; times are cut to milliseconds, as the state keeps them.
 */
public sealed interface RetrainEvent {
  /** When it happened, or was heard of. */
  Instant now();

  /**
   * Another version serves.
   *
   * @param labels all labels graded for it before
   */
  record ChampionChanged(String version, long labels, Instant now) implements RetrainEvent {
    public ChampionChanged {
      now = now.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /**
   * The champion's score; that of another version is passed over.
   *
   * @param version whose score it is
   * @param window of which it is
   * @param windowLabels labels in the window
   * @param labels all labels graded for the version so far, never falling
   * @param low lower end of the 95% interval of macro F1
   * @param macroF1 macro F1 of the window
   * @param high upper end of the interval
   */
  record Evaluated(
      String version,
      String window,
      long windowLabels,
      long labels,
      double low,
      double macroF1,
      double high,
      Instant now)
      implements RetrainEvent {
    public Evaluated {
      now = now.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /**
   * A detector's alarm.
   *
   * @param detector its name
   * @param version the version it watched
   * @param labels all labels graded for the version when it was raised
   * @param figures what the detector saw; those that are not finite are left out
   */
  record DriftDetected(
      String detector, String version, long labels, Map<String, Double> figures, Instant now)
      implements RetrainEvent {
    public DriftDetected {
      Map<String, Double> finite = new TreeMap<>(figures);
      finite.values().removeIf(figure -> !Double.isFinite(figure));
      figures = Map.copyOf(finite);
      now = now.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /**
   * An alarm that came to nothing: errors are no more frequent than before it.
   *
   * @param detector whose alarm it was
   * @param version the version it watched
   * @param labels all labels graded for the version when what shows it began; alarms up to then are
   *     withdrawn
   * @param before share of errors before the alarm
   * @param errors share of errors since {@code labels}
   */
  record DriftWithdrawn(
      String detector, String version, long labels, double before, double errors, Instant now)
      implements RetrainEvent {
    public DriftWithdrawn {
      now = now.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /** Time passes: a schedule comes due, a cooldown ends, a request or run is given up. */
  record Tick(Instant now) implements RetrainEvent {
    public Tick {
      now = now.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /** News of a run, whoever asked for it. */
  record RunChanged(String requestId, RunState state, Instant now) implements RetrainEvent {
    public RunChanged {
      now = now.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /** A request written by people. */
  record ManualRequest(String requestId, Instant now) implements RetrainEvent {
    public ManualRequest {
      now = now.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /** Where a run stands; the last four are its end. */
  enum RunState {
    ACCEPTED,
    RUNNING,
    PUBLISHED,
    REJECTED,
    FAILED,
    SKIPPED;

    /** Whether the run has ended. */
    public boolean terminal() {
      return this != ACCEPTED && this != RUNNING;
    }
  }
}
