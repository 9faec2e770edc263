package dev.verdict.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ADWIN2 of Bifet and Gavaldà, Learning from time-changing data with adaptive windowing, SDM 2007:
 * keeps the longest window of errors whose mean has not changed. Whenever some split of the window
 * into an older and a newer part has means further apart than the bound of equation 3.1 allows, the
 * oldest bucket is dropped, until no split has.
 *
 * <p>What is left of the window after a change is what came after it, and is kept: that is how this
 * detector starts afresh: a change far into a long window may drop it in several steps, each of
 * them a drift. It never warns. Memory is logarithmic in the window.
 */
public final class Adwin implements DriftDetector {
  static final String NAME = "adwin";

  private final Config config;
  private final ExponentialHistogram window;
  private int sinceCheck;
  private boolean drift;
  private double olderMean;
  private double before;

  /**
   * What it goes by.
   *
   * @param delta probability of an alarm without a change, above 0 and below 1; the bound is far on
   *     the safe side
   * @param maxBuckets most buckets of one size, the paper's M, from 1
   * @param clock splits are tried after every so many errors, from 1
   * @param minPart least errors in each part of a split, from 1, and each part counts as that many
   *     less one shorter in the bound, as the authors' own programs have it; 1 is the paper's bound
   * @param risesOnly whether only a split whose newer part has the higher mean is a drift; the
   *     window shrinks when errors become fewer either way
   */
  public record Config(double delta, int maxBuckets, int clock, int minPart, boolean risesOnly)
      implements DetectorConfig {
    /** The authors' own delta; what {@link DriftSimulation} found it to do is in docs/drift.md. */
    public static final Config DEFAULT = new Config(0.002, 5, 32, 5, true);

    public Config {
      Parameters.require(delta > 0 && delta < 1, NAME, "delta", delta, "above 0 and below 1");
      Parameters.require(
          maxBuckets >= 1 && maxBuckets <= 1000, NAME, "max_buckets", maxBuckets, "1 to 1000");
      Parameters.require(clock >= 1, NAME, "clock", clock, "at least 1");
      Parameters.require(minPart >= 1, NAME, "min_part", minPart, "at least 1");
    }

    static Config of(Parameters parameters) {
      return new Config(
          parameters.number("delta"),
          parameters.whole("max_buckets"),
          parameters.whole("clock"),
          parameters.whole("min_part"),
          parameters.flag("rises_only"));
    }

    @Override
    public String detector() {
      return NAME;
    }

    @Override
    public Map<String, Double> parameters() {
      return Map.of(
          "delta", delta,
          "max_buckets", (double) maxBuckets,
          "clock", (double) clock,
          "min_part", (double) minPart,
          "rises_only", risesOnly ? 1.0 : 0.0);
    }

    @Override
    public DriftDetector create() {
      return new Adwin(this);
    }
  }

  private enum Change {
    NONE,
    RISE,
    FALL
  }

  public Adwin(Config config) {
    this(config, new ExponentialHistogram(config.maxBuckets()));
  }

  private Adwin(Config config, ExponentialHistogram window) {
    this.config = config;
    this.window = window;
  }

  static Adwin restore(Config config, StateReader state) {
    int sinceCheck = (int) state.count(config.clock() - 1L);
    boolean drift = state.flag();
    Adwin restored = new Adwin(config, ExponentialHistogram.read(config.maxBuckets(), state));
    restored.sinceCheck = sinceCheck;
    restored.drift = drift;
    return restored;
  }

  @Override
  public void update(double error) {
    ErrorRange.require(error);
    window.add(error);
    drift = false;
    if (++sinceCheck == config.clock()) {
      sinceCheck = 0;
      for (Change change = change(); change != Change.NONE; change = change()) {
        before = drift ? before : olderMean;
        window.removeOldest();
        drift |= change == Change.RISE || !config.risesOnly();
      }
    }
  }

  /** The first split, from the oldest on, whose parts are too far apart. */
  private Change change() {
    double spread = Math.log(2 * Math.log((double) window.width()) / config.delta());
    double variance = window.variance();
    long older = 0;
    double olderTotal = 0;
    for (int level = window.levels() - 1; level >= 0; level--) {
      for (int bucket = 0; bucket < window.buckets(level); bucket++) {
        older += 1L << level;
        olderTotal += window.total(level, bucket);
        long newer = window.width() - older;
        if (newer < config.minPart()) {
          return Change.NONE;
        }
        if (older >= config.minPart()) {
          double rise = (window.total() - olderTotal) / newer - olderTotal / older;
          if (Math.abs(rise) > bound(older, newer, variance, spread)) {
            olderMean = olderTotal / older;
            return rise > 0 ? Change.RISE : Change.FALL;
          }
        }
      }
    }
    return Change.NONE;
  }

  private double bound(long older, long newer, double variance, double spread) {
    int shorter = config.minPart() - 1;
    double harmonic = 1.0 / (older - shorter) + 1.0 / (newer - shorter);
    return Math.sqrt(2 * harmonic * variance * spread) + 2.0 / 3 * spread * harmonic;
  }

  @Override
  public boolean drift() {
    return drift;
  }

  /** Of the older part of the first split that made it a drift. */
  @Override
  public double before() {
    return before;
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

  /** Errors in the window. */
  public long width() {
    return window.width();
  }

  /** Mean of the errors in the window, 0 while there is none. */
  public double mean() {
    return window.width() == 0 ? 0 : window.total() / window.width();
  }

  /** Buckets that hold the window. */
  int buckets() {
    return window.buckets();
  }

  @Override
  public Snapshot snapshot() {
    List<Double> state = new ArrayList<>(List.of((double) sinceCheck, drift ? 1.0 : 0.0));
    window.write(state);
    return new Snapshot(NAME, config.parameters(), state);
  }
}
