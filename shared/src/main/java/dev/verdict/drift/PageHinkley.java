package dev.verdict.drift;

import java.util.List;
import java.util.Map;

/**
 * The test of Page, Continuous inspection schemes, Biometrika 41, 1954, and Hinkley, Inference
 * about the change-point from cumulative sum tests, Biometrika 58, 1971: how far the sum of the
 * errors' distances above their mean, less {@code delta} each, has risen from its lowest point. As
 * a recurrence: the sum, which starts at 0 and never falls below, is multiplied with {@code alpha}
 * and the distance added.
 *
 * <p>The mean is of all errors read since the start. It never warns.
 */
public final class PageHinkley implements DriftDetector {
  static final String NAME = "page_hinkley";

  private final Config config;
  private long read;
  private double mean;
  private double sum;
  private boolean drift;

  /**
   * What it goes by.
   *
   * @param minInstances errors read before the first drift, from 1
   * @param delta rise of the mean that is none, from 0 to 1
   * @param threshold of the sum, the test's lambda, above 0
   * @param alpha share of the sum that the next error leaves, above 0 and at most 1; 1 is the test
   *     as published
   */
  public record Config(int minInstances, double delta, double threshold, double alpha)
      implements DetectorConfig {
    /** Chosen by {@link DriftSimulation}; the figures are in docs/drift.md. */
    public static final Config DEFAULT = new Config(30, 0.02, 30, 0.9999);

    public Config {
      Parameters.require(minInstances >= 1, NAME, "min_instances", minInstances, "at least 1");
      Parameters.require(delta >= 0 && delta <= 1, NAME, "delta", delta, "from 0 to 1");
      Parameters.require(
          threshold > 0 && Double.isFinite(threshold), NAME, "threshold", threshold, "above 0");
      Parameters.require(alpha > 0 && alpha <= 1, NAME, "alpha", alpha, "above 0 and at most 1");
    }

    static Config of(Parameters parameters) {
      return new Config(
          parameters.whole("min_instances"),
          parameters.number("delta"),
          parameters.number("threshold"),
          parameters.number("alpha"));
    }

    @Override
    public String detector() {
      return NAME;
    }

    @Override
    public Map<String, Double> parameters() {
      return Map.of(
          "min_instances", (double) minInstances,
          "delta", delta,
          "threshold", threshold,
          "alpha", alpha);
    }

    @Override
    public DriftDetector create() {
      return new PageHinkley(this);
    }
  }

  public PageHinkley(Config config) {
    this.config = config;
  }

  static PageHinkley restore(Config config, StateReader state) {
    PageHinkley restored = new PageHinkley(config);
    restored.read = state.count(1L << 53);
    restored.mean = state.number(0, 1);
    restored.sum = state.number(0, Double.MAX_VALUE);
    restored.drift = state.flag();
    return restored;
  }

  @Override
  public void update(double error) {
    ErrorRange.require(error);
    if (drift) {
      read = 0;
      mean = 0;
      sum = 0;
    }
    read++;
    mean += (error - mean) / read;
    sum = Math.max(0, config.alpha() * sum + error - mean - config.delta());
    drift = read >= config.minInstances() && sum > config.threshold();
  }

  @Override
  public boolean drift() {
    return drift;
  }

  /** The mean of all errors read since the start, so a little too high. */
  @Override
  public double before() {
    return mean;
  }

  /** Always false. */
  @Override
  public boolean warning() {
    return false;
  }

  @Override
  public Config config() {
    return config;
  }

  @Override
  public Snapshot snapshot() {
    return new Snapshot(
        NAME, config.parameters(), List.of((double) read, mean, sum, drift ? 1.0 : 0.0));
  }
}
