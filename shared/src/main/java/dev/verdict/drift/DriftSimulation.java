package dev.verdict.drift;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * How often a detector alarms though nothing changed, and how many labels it takes to see that a
 * model has become worse. Errors are drawn independently; every detector gets the same ones.
 */
public final class DriftSimulation {
  /** Labels after the beginning of a change; a detector that is silent so long has missed it. */
  public static final int HORIZON = 5000;

  private DriftSimulation() {}

  /** What becomes of the share of wrong answers. */
  public sealed interface Change permits Rise, Burst {
    /** The share before. */
    double before();

    /** For people. */
    String name();

    /**
     * The share of wrong answers.
     *
     * @param label counted from the first after the beginning of the change, which is 0
     */
    double at(int label);
  }

  /**
   * Labels that are all wrong, after which all is as it was.
   *
   * @param before share of wrong answers before and after
   * @param labels that are wrong
   */
  public record Burst(double before, int labels) implements Change {
    @Override
    public String name() {
      return String.format(Locale.ROOT, "%s, %,d labels wrong", before, labels);
    }

    @Override
    public double at(int label) {
      return label < labels ? 1 : before;
    }
  }

  /**
   * A share of wrong answers that rises.
   *
   * @param before the change
   * @param after the change
   * @param labels over which it rises evenly, 0 for at once
   */
  public record Rise(double before, double after, int labels) implements Change {
    @Override
    public String name() {
      return labels == 0
          ? "%s to %s at once".formatted(before, after)
          : String.format(Locale.ROOT, "%s to %s over %,d", before, after, labels);
    }

    @Override
    public double at(int label) {
      return label >= labels ? after : before + (after - before) * (label + 1) / (labels + 1);
    }
  }

  /**
   * Alarms without a change.
   *
   * @param error share of wrong answers
   * @param labels in all
   * @param alarms in all
   */
  public record FalseAlarms(String detector, double error, long labels, long alarms) {
    public double perHundredThousand() {
      return alarms * 1e5 / labels;
    }
  }

  /**
   * Labels from the beginning of a change to the first alarm.
   *
   * @param runs how many changes there were
   * @param median of all runs, empty if it is beyond {@link #HORIZON}
   * @param ninetiethPercentile of all runs, empty if it is beyond {@link #HORIZON}
   * @param missed share of the runs without an alarm within {@link #HORIZON}
   * @param early share of the runs with an alarm before the change
   * @param alarms mean number of alarms within {@link #HORIZON}; a detector may say drift more than
   *     once of one change
   */
  public record Delay(
      String detector,
      Rise rise,
      int runs,
      OptionalInt median,
      OptionalInt ninetiethPercentile,
      double missed,
      double early,
      double alarms) {}

  /**
   * What became of the first alarm after a change began.
   *
   * @param alarms first alarms, one of each run that had any
   * @param withdrawn share of them that {@link AlarmCheck} withdraws
   */
  public record Withdrawals(String detector, Change change, int alarms, double withdrawn) {}

  /** Bursts of wrong labels. */
  public static List<Burst> bursts() {
    return List.of(
        new Burst(0.05, 50), new Burst(0.1, 50), new Burst(0.1, 200), new Burst(0.3, 50));
  }

  /** Shares of wrong answers that do not change. */
  public static List<Double> errors() {
    return List.of(0.02, 0.05, 0.1, 0.2, 0.3, 0.5);
  }

  /** Changes to be seen. */
  public static List<Rise> rises() {
    return List.of(
        new Rise(0.05, 0.15, 0),
        new Rise(0.1, 0.2, 0),
        new Rise(0.1, 0.3, 0),
        new Rise(0.2, 0.3, 0),
        new Rise(0.2, 0.5, 0),
        new Rise(0.1, 0.3, 2000),
        new Rise(0.2, 0.5, 2000));
  }

  /**
   * Counts alarms where nothing changes.
   *
   * @param error share of wrong answers
   * @param streams how many, each with a new detector
   * @param labels of each stream
   */
  public static FalseAlarms falseAlarms(
      DetectorConfig config, double error, int streams, int labels, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    long alarms = 0;
    for (int stream = 0; stream < streams; stream++) {
      SplittableRandom random = seeds.split();
      DriftDetector detector = config.create();
      for (int label = 0; label < labels; label++) {
        alarms += alarms(detector, random, error) ? 1 : 0;
      }
    }
    return new FalseAlarms(config.detector(), error, (long) streams * labels, alarms);
  }

  /**
   * Measures how long a change goes unseen.
   *
   * @param settled labels before each change
   * @param runs how many changes, each seen by a new detector
   */
  public static Delay delay(DetectorConfig config, Rise rise, int settled, int runs, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    int[] delays = new int[runs];
    int early = 0;
    long alarms = 0;
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = seeds.split();
      DriftDetector detector = config.create();
      boolean alarmed = false;
      for (int label = 0; label < settled; label++) {
        alarmed |= alarms(detector, random, rise.before());
      }
      early += alarmed ? 1 : 0;
      delays[run] = HORIZON + 1;
      for (int label = 0; label < HORIZON; label++) {
        if (alarms(detector, random, rise.at(label))) {
          delays[run] = Math.min(delays[run], label + 1);
          alarms++;
        }
      }
    }
    Arrays.sort(delays);
    long missed = Arrays.stream(delays).filter(delay -> delay > HORIZON).count();
    return new Delay(
        config.detector(),
        rise,
        runs,
        percentile(delays, 0.5),
        percentile(delays, 0.9),
        (double) missed / runs,
        (double) early / runs,
        (double) alarms / runs);
  }

  /**
   * Measures how many first alarms are withdrawn.
   *
   * @param settled labels before each change
   * @param runs how many changes, each seen by a new detector
   * @param labels after an alarm that it is held against
   */
  public static Withdrawals withdrawals(
      DetectorConfig config, Change change, int settled, int runs, int labels, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    int alarmed = 0;
    int withdrawn = 0;
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = seeds.split();
      DriftDetector detector = config.create();
      for (int label = 0; label < settled; label++) {
        alarms(detector, random, change.before());
      }
      for (int label = 0; label < HORIZON; label++) {
        if (alarms(detector, random, change.at(label))) {
          alarmed++;
          AlarmCheck check = AlarmCheck.of(label, detector.before(), labels);
          for (int next = label + 1; !check.complete(); next++) {
            check = check.add(random.nextDouble() < change.at(next));
          }
          withdrawn += check.over() ? 1 : 0;
          break;
        }
      }
    }
    return new Withdrawals(
        config.detector(), change, alarmed, alarmed == 0 ? 0 : (double) withdrawn / alarmed);
  }

  private static boolean alarms(DriftDetector detector, SplittableRandom random, double error) {
    detector.update(random.nextDouble() < error ? 1 : 0);
    return detector.drift();
  }

  /** The least delay that so large a share of the runs does not exceed. */
  private static OptionalInt percentile(int[] sorted, double share) {
    int delay = sorted[(int) Math.ceil(share * sorted.length) - 1];
    return delay > HORIZON ? OptionalInt.empty() : OptionalInt.of(delay);
  }
}
