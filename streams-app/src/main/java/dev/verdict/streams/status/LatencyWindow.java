package dev.verdict.streams.status;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Quantiles of a timer over its last samples, out of buckets that count from the start: what was
 * counted meanwhile, interpolated within a bucket as Prometheus' {@code histogram_quantile} does.
 * Not safe for several threads.
 */
final class LatencyWindow {
  /** Seconds; within the width of a bucket. */
  record Quantiles(double p50, double p95, double p99) {}

  private final int samples;
  private final Deque<CountAtBucket[]> counts = new ArrayDeque<>();

  /**
   * @param samples between the oldest and the newest that are compared
   */
  LatencyWindow(int samples) {
    this.samples = samples;
  }

  /**
   * Takes a sample.
   *
   * @param buckets cumulative, by their upper bounds in nanoseconds, the narrowest first
   */
  void add(CountAtBucket[] buckets) {
    counts.addLast(buckets);
    if (counts.size() > samples + 1) {
      counts.removeFirst();
    }
  }

  /** Of what was counted since the oldest sample; empty if nothing was. */
  Optional<Quantiles> quantiles() {
    if (counts.isEmpty() || counts.peekLast().length == 0) {
      return Optional.empty();
    }
    CountAtBucket[] newest = counts.peekLast();
    CountAtBucket[] oldest = counts.peekFirst();
    double[] since = new double[newest.length];
    for (int i = 0; i < since.length; i++) {
      // Before the first record of all there may be no buckets yet.
      since[i] = newest[i].count() - (i < oldest.length ? oldest[i].count() : 0);
    }
    if (since[since.length - 1] <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Quantiles(
            quantile(0.5, newest, since),
            quantile(0.95, newest, since),
            quantile(0.99, newest, since)));
  }

  private static double quantile(double share, CountAtBucket[] bounds, double[] since) {
    double rank = share * since[since.length - 1];
    int bucket = 0;
    while (bucket < since.length - 1 && since[bucket] < rank) {
      bucket++;
    }
    double below = bucket == 0 ? 0 : since[bucket - 1];
    double from = bucket == 0 ? 0 : seconds(bounds[bucket - 1]);
    double to = seconds(bounds[bucket]);
    if (Double.isInfinite(to)) {
      return from;
    }
    double inBucket = since[bucket] - below;
    return inBucket <= 0 ? to : from + (to - from) * (rank - below) / inBucket;
  }

  private static double seconds(CountAtBucket bucket) {
    return bucket.bucket() == Double.POSITIVE_INFINITY ? bucket.bucket() : bucket.bucket() / 1e9;
  }
}
