package dev.verdict.drift;

import java.util.List;
import java.util.Map;

/**
 * DDM of Gama, Medas, Castillo and Rodrigues, Learning with drift detection, SBIA 2004: the error
 * rate p since the start and its standard deviation s are at their lowest when the model has
 * settled; p + s above the lowest rate by several of the deviations then is a warning or a drift.
 *
 * <p>Unlike the paper, no lowest point is taken before the first error: a rate of 0 has no
 * deviation, and a faultless start would make a drift of the first mistake. And a level must be
 * passed, not met: with nothing but mistakes there is no deviation, and every point meets the
 * lowest.
 */
public final class DriftDetectionMethod implements DriftDetector {
  static final String NAME = "ddm";

  private final Config config;
  private long read;
  private double rate;

  /** Rate and deviation at the lowest sum of both; valid if there was one. */
  private double lowestRate;

  private double lowestDeviation;
  private boolean lowestKnown;
  private boolean drift;
  private boolean warning;

  /**
   * What it goes by.
   *
   * @param minInstances errors read before a lowest point is taken, from 1
   * @param warningLevel deviations above the lowest rate that are a warning, above 0
   * @param driftLevel that are a drift, not below {@code warningLevel}
   */
  public record Config(int minInstances, double warningLevel, double driftLevel)
      implements DetectorConfig {
    /**
     * The paper's levels. Its 30 instances settle on a lowest point too early, so there are more;
     * {@link DriftSimulation} chose how many, and the figures are in docs/drift.md.
     */
    public static final Config DEFAULT = new Config(300, 2, 3);

    public Config {
      Parameters.require(minInstances >= 1, NAME, "min_instances", minInstances, "at least 1");
      Parameters.require(
          warningLevel > 0 && Double.isFinite(warningLevel),
          NAME,
          "warning_level",
          warningLevel,
          "above 0");
      Parameters.require(
          driftLevel >= warningLevel && Double.isFinite(driftLevel),
          NAME,
          "drift_level",
          driftLevel,
          "at least warning_level (%s)".formatted(warningLevel));
    }

    static Config of(Parameters parameters) {
      return new Config(
          parameters.whole("min_instances"),
          parameters.number("warning_level"),
          parameters.number("drift_level"));
    }

    @Override
    public String detector() {
      return NAME;
    }

    @Override
    public Map<String, Double> parameters() {
      return Map.of(
          "min_instances", (double) minInstances,
          "warning_level", warningLevel,
          "drift_level", driftLevel);
    }

    @Override
    public DriftDetector create() {
      return new DriftDetectionMethod(this);
    }
  }

  public DriftDetectionMethod(Config config) {
    this.config = config;
  }

  static DriftDetectionMethod restore(Config config, StateReader state) {
    DriftDetectionMethod restored = new DriftDetectionMethod(config);
    restored.read = state.count(1L << 53);
    restored.rate = state.number(0, 1);
    restored.lowestRate = state.number(0, 1);
    restored.lowestDeviation = state.number(0, 1);
    restored.lowestKnown = state.flag();
    restored.drift = state.flag();
    restored.warning = state.flag();
    return restored;
  }

  @Override
  public void update(double error) {
    ErrorRange.require(error);
    if (drift) {
      read = 0;
      rate = 0;
      lowestRate = 0;
      lowestDeviation = 0;
      lowestKnown = false;
    }
    read++;
    rate += (error - rate) / read;
    double deviation = Math.sqrt(Math.max(0, rate * (1 - rate)) / read);
    boolean settled = read >= config.minInstances() && rate > 0;
    if (settled && (!lowestKnown || rate + deviation <= lowestRate + lowestDeviation)) {
      lowestRate = rate;
      lowestDeviation = deviation;
      lowestKnown = true;
    }
    drift = settled && above(config.driftLevel(), rate + deviation);
    warning = settled && !drift && above(config.warningLevel(), rate + deviation);
  }

  private boolean above(double level, double sum) {
    return sum > lowestRate + level * lowestDeviation;
  }

  @Override
  public boolean drift() {
    return drift;
  }

  /** The lowest rate. */
  @Override
  public double before() {
    return lowestRate;
  }

  @Override
  public boolean warning() {
    return warning;
  }

  @Override
  public Config config() {
    return config;
  }

  @Override
  public Snapshot snapshot() {
    return new Snapshot(
        NAME,
        config.parameters(),
        List.of(
            (double) read,
            rate,
            lowestRate,
            lowestDeviation,
            lowestKnown ? 1.0 : 0.0,
            drift ? 1.0 : 0.0,
            warning ? 1.0 : 0.0));
  }
}
