package dev.verdict.streams.status;

import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** How fast this instance works, by its meters, sampled about once a second. */
final class Throughput {
  private static final int SAMPLES = 300;
  private static final int RATE_SAMPLES = 10;
  private static final int LATENCY_SAMPLES = 60;

  /**
   * What was done since the start of the instance.
   *
   * @param atNanos of the JVM's clock
   */
  private record Sample(long atNanos, double reviews, double predictions, double labels) {
    private double secondsSince(Sample before) {
      return Math.max(1e-3, (atNanos - before.atNanos) / 1e9);
    }
  }

  /**
   * The speed of now.
   *
   * @param reviewsPerSecond over the last 10 s, as the next two
   * @param reviews since the start of the instance, as the next two
   * @param predictionsPerSecondHistory over 2 s each, oldest first, of the last 5 minutes
   * @param latency from a review's record timestamp to its prediction, over the last minute
   */
  record Speed(
      double reviewsPerSecond,
      double predictionsPerSecond,
      double labelsPerSecond,
      long reviews,
      long predictions,
      long labels,
      List<Double> predictionsPerSecondHistory,
      Optional<LatencyWindow.Quantiles> latency) {}

  /** Records that this instance could not process since its start. */
  record Rejections(String stage, String reason, long count) {}

  private final MeterRegistry meters;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final LatencyWindow latency = new LatencyWindow(LATENCY_SAMPLES);

  Throughput(MeterRegistry meters) {
    this.meters = meters;
  }

  synchronized void sample(long nanos) {
    // Each prediction is timed. Its counters are by version, and go when the version has no role.
    Timer timer = meters.find(VerdictMeter.LATENCY.meterName()).timer();
    samples.addLast(
        new Sample(
            nanos,
            sum(VerdictMeter.REVIEWS),
            timer == null ? 0 : timer.count(),
            sum(VerdictMeter.LABELS)));
    if (samples.size() > SAMPLES) {
      samples.removeFirst();
    }
    latency.add(timer == null ? new CountAtBucket[0] : timer.takeSnapshot().histogramCounts());
  }

  synchronized Speed speed() {
    List<Sample> all = new ArrayList<>(samples);
    if (all.isEmpty()) {
      return new Speed(0, 0, 0, 0, 0, 0, List.of(), Optional.empty());
    }
    Sample now = all.get(all.size() - 1);
    Sample before = all.get(Math.max(0, all.size() - 1 - RATE_SAMPLES));
    double seconds = now.secondsSince(before);
    List<Double> history = new ArrayList<>();
    for (int i = all.size() % 2 == 0 ? 3 : 2; i < all.size(); i += 2) {
      Sample later = all.get(i);
      Sample earlier = all.get(i - 2);
      history.add((later.predictions - earlier.predictions) / later.secondsSince(earlier));
    }
    return new Speed(
        (now.reviews - before.reviews) / seconds,
        (now.predictions - before.predictions) / seconds,
        (now.labels - before.labels) / seconds,
        (long) now.reviews,
        (long) now.predictions,
        (long) now.labels,
        history,
        latency.quantiles());
  }

  /** The most frequent first. */
  List<Rejections> rejections() {
    return meters.find(VerdictMeter.DEAD_LETTERS.meterName()).counters().stream()
        .filter(counter -> counter.count() > 0)
        .map(
            counter ->
                new Rejections(
                    counter.getId().getTag("stage"),
                    counter.getId().getTag("reason"),
                    (long) counter.count()))
        .sorted(
            Comparator.comparingLong(Rejections::count)
                .reversed()
                .thenComparing(Rejections::stage)
                .thenComparing(Rejections::reason))
        .toList();
  }

  private double sum(VerdictMeter meter) {
    return meters.find(meter.meterName()).counters().stream().mapToDouble(Counter::count).sum();
  }
}
