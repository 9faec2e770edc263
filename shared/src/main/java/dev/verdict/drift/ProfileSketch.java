package dev.verdict.drift;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what predictions look like, in bounded memory: one number for each predicted class and
 * each bin of {@link NumericFeature}. Adding, taking back and merging are exact and the order does
 * not matter, so the same predictions give the same bytes however they came.
 */
public final class ProfileSketch {
  private static final int LAYOUT = 1;

  private final Map<String, Long> classes = new TreeMap<>();
  private final Map<NumericFeature, long[]> counts = new EnumMap<>(NumericFeature.class);
  private long reviews;

  public ProfileSketch() {
    for (NumericFeature feature : NumericFeature.values()) {
      counts.put(feature, new long[feature.bins()]);
    }
  }

  /** A sketch of what a profile counts. */
  public static ProfileSketch of(ReferenceProfile profile) {
    ProfileSketch sketch = new ProfileSketch();
    sketch.classes.putAll(profile.predictedClasses());
    sketch.reviews = profile.reviews();
    sketch.counts.replaceAll(
        (feature, bins) ->
            profile.histogram(feature).counts().stream().mapToLong(count -> count).toArray());
    return sketch;
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another layout
   */
  public static ProfileSketch fromBytes(byte[] bytes) {
    StateInput in = new StateInput(bytes, "Profile", LAYOUT);
    ProfileSketch sketch = new ProfileSketch();
    for (int left = in.below(Integer.MAX_VALUE); left > 0; left--) {
      sketch.classes.put(in.text(), positive(in));
    }
    for (long count : sketch.classes.values()) {
      sketch.reviews += count;
    }
    for (long[] bins : sketch.counts.values()) {
      for (int left = in.below(bins.length + 1); left > 0; left--) {
        bins[in.below(bins.length)] = positive(in);
      }
      if (Arrays.stream(bins).sum() != sketch.reviews) {
        throw in.damaged();
      }
    }
    in.end();
    return sketch;
  }

  private static long positive(StateInput in) {
    long count = in.number();
    if (count <= 0) {
      throw in.damaged();
    }
    return count;
  }

  /** Counts one prediction. */
  public void add(ReviewSignals review) {
    count(review, 1);
  }

  /**
   * Takes one prediction back.
   *
   * @throws IllegalArgumentException if no such prediction was added; nothing is changed then
   */
  public void remove(ReviewSignals review) {
    boolean added = classes.containsKey(review.predictedClass());
    for (Map.Entry<NumericFeature, long[]> each : counts.entrySet()) {
      added &= each.getValue()[each.getKey().bin(review.value(each.getKey()))] > 0;
    }
    if (!added) {
      throw new IllegalArgumentException("Cannot take back what was not added: " + review);
    }
    count(review, -1);
  }

  /** Counts all that another sketch has counted; the other is left as it is. */
  public void merge(ProfileSketch other) {
    other.classes.forEach((name, count) -> classes.merge(name, count, Long::sum));
    counts.forEach(
        (feature, bins) -> {
          long[] more = other.counts.get(feature);
          for (int i = 0; i < bins.length; i++) {
            bins[i] += more[i];
          }
        });
    reviews += other.reviews;
  }

  /** Predictions counted. */
  public long reviews() {
    return reviews;
  }

  /** What was counted so far. */
  public ReferenceProfile profile() {
    Map<NumericFeature, FeatureHistogram> histograms = new EnumMap<>(NumericFeature.class);
    counts.forEach(
        (feature, bins) ->
            histograms.put(
                feature, new FeatureHistogram(feature, Arrays.stream(bins).boxed().toList())));
    return new ReferenceProfile(new TreeMap<>(classes), histograms);
  }

  /** The bins in use and their counts; a few kilobytes. */
  public byte[] toBytes() {
    StateBytes out = new StateBytes().number(LAYOUT).number(classes.size());
    classes.forEach((name, count) -> out.text(name).number(count));
    for (long[] bins : counts.values()) {
      out.number(Arrays.stream(bins).filter(count -> count > 0).count());
      for (int bin = 0; bin < bins.length; bin++) {
        if (bins[bin] > 0) {
          out.number(bin).number(bins[bin]);
        }
      }
    }
    return out.toBytes();
  }

  private void count(ReviewSignals review, int times) {
    classes.merge(review.predictedClass(), (long) times, Long::sum);
    classes.remove(review.predictedClass(), 0L);
    counts.forEach((feature, bins) -> bins[feature.bin(review.value(feature))] += times);
    reviews += times;
  }
}
