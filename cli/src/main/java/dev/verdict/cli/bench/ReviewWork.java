package dev.verdict.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Reviews on one way to their predictions: how many a second, and how much time of the processors
 * each takes. The latter tells more on a machine that others use too.
 */
final class ReviewWork implements Rounds.Measurement {
  private final int reviews;
  private final Rounds.Measurement seconds;
  private final Figures coreMillis = new Figures();
  private boolean warm = true;

  /**
   * @param seconds runs all the reviews and tells how long it took
   */
  ReviewWork(int reviews, Rounds.Measurement seconds) {
    this.reviews = reviews;
    this.seconds = seconds;
  }

  /** Runs it without keeping the figures, for some time. */
  void warmUp(int forSeconds) throws Exception {
    warm = false;
    long start = System.nanoTime();
    do {
      measure();
    } while ((System.nanoTime() - start) / 1e9 < forSeconds);
    warm = true;
  }

  /** Reviews a second. */
  @Override
  public double measure() throws Exception {
    long before = processorNanos();
    double time = seconds.measure();
    if (warm) {
      coreMillis.add((processorNanos() - before) / 1e6 / reviews);
    }
    return reviews / time;
  }

  /** Milliseconds of one core that a review took in this process, whatever they went to. */
  Figures coreMillis() {
    return coreMillis;
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
