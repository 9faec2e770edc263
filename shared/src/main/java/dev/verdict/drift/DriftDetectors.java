package dev.verdict.drift;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Detectors by name. */
public final class DriftDetectors {
  private DriftDetectors() {}

  /** The names there are. */
  public static List<String> names() {
    return List.of(Adwin.NAME, PageHinkley.NAME, DriftDetectionMethod.NAME);
  }

  /**
   * A configuration by name.
   *
   * @param parameters those that differ from the defaults
   * @throws IllegalArgumentException if there is no such detector or parameter, or a value is out
   *     of its range
   */
  public static DetectorConfig config(String detector, Map<String, Double> parameters) {
    Map<String, Double> all = new TreeMap<>(defaults(detector).parameters());
    for (Map.Entry<String, Double> parameter : parameters.entrySet()) {
      if (!all.containsKey(parameter.getKey())) {
        throw new IllegalArgumentException(
            "%s has no parameter %s, only %s"
                .formatted(detector, parameter.getKey(), String.join(", ", all.keySet())));
      }
      all.put(parameter.getKey(), parameter.getValue());
    }
    Parameters read = new Parameters(detector, all);
    return switch (detector) {
      case Adwin.NAME -> Adwin.Config.of(read);
      case PageHinkley.NAME -> PageHinkley.Config.of(read);
      default -> DriftDetectionMethod.Config.of(read);
    };
  }

  /**
   * The detector that a snapshot was taken of.
   *
   * @throws IllegalArgumentException if no detector gives such a snapshot
   */
  public static DriftDetector restore(DriftDetector.Snapshot snapshot) {
    DetectorConfig config = config(snapshot.detector(), snapshot.parameters());
    StateReader state = new StateReader(snapshot.detector(), snapshot.state());
    DriftDetector restored;
    if (config instanceof Adwin.Config adwin) {
      restored = Adwin.restore(adwin, state);
    } else if (config instanceof PageHinkley.Config pageHinkley) {
      restored = PageHinkley.restore(pageHinkley, state);
    } else {
      restored = DriftDetectionMethod.restore((DriftDetectionMethod.Config) config, state);
    }
    state.requireEnd();
    return restored;
  }

  private static DetectorConfig defaults(String detector) {
    return switch (detector) {
      case Adwin.NAME -> Adwin.Config.DEFAULT;
      case PageHinkley.NAME -> PageHinkley.Config.DEFAULT;
      case DriftDetectionMethod.NAME -> DriftDetectionMethod.Config.DEFAULT;
      default ->
          throw new IllegalArgumentException(
              "Drift detector is %s, must be one of %s"
                  .formatted(detector, String.join(", ", names())));
    };
  }
}
