package dev.verdict.cli.bench;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** When batches ended, and how long it took from one to the next. */
final class BatchGaps implements TimedModel.Watch {
  /** A trial of a version is of one text and no batch of the stream. */
  private static final int LEAST_ROWS = 2;

  private final ConcurrentSkipListMap<Long, Integer> ends = new ConcurrentSkipListMap<>();

  @Override
  public void ran(long startNanos, long endNanos, int rows) {
    if (rows >= LEAST_ROWS) {
      ends.put(endNanos, rows);
    }
  }

  /** The longest time from the end of a batch to the end of the next, milliseconds. */
  double longestMillis(long fromNanos, long toNanos) {
    Map<Long, Integer> within = ends.subMap(fromNanos, true, toNanos, true);
    long longest = 0;
    long before = fromNanos;
    for (long end : within.keySet()) {
      longest = Math.max(longest, end - before);
      before = end;
    }
    return Math.max(longest, toNanos - before) / 1e6;
  }

  /** The median of the times from batch to batch, milliseconds. */
  double usualMillis() {
    double[] millis = new double[Math.max(0, ends.size() - 1)];
    Iterator<Long> each = ends.keySet().iterator();
    long before = each.next();
    for (int i = 0; i < millis.length; i++) {
      long end = each.next();
      millis[i] = (end - before) / 1e6;
      before = end;
    }
    return new Percentiles(millis).at(0.5);
  }
}
