package dev.verdict.cli.source;

import java.util.NoSuchElementException;
import java.util.Random;

/**
 * Reviews made up from a seed: first of kitchen appliances, then of running shoes and outdoor
 * clothing. The second domain has its own nouns and opinion words, and turns the meaning of some
 * adjectives around (a heavy pan is good, a heavy shoe is bad), so that a model trained on the
 * first falls behind and can learn the second.
 *
 * <p>The classes are {@code negative} (35%), {@code neutral} (20%) and {@code positive} (45%); 3%
 * of the labels are wrong, as people's are.
 */
public final class SyntheticReviews implements ReviewSource {

  private static final int WRONG_LABEL_PERCENT = 3;

  private final long seed;
  private final long reviewsBeforeDrift;
  private final long reviews;
  private long next;

  private SyntheticReviews(long seed, long reviewsBeforeDrift, long reviews) {
    this.seed = seed;
    this.reviewsBeforeDrift = reviewsBeforeDrift;
    this.reviews = reviews;
  }

  /**
   * The same arguments give the same reviews on every machine; a review depends on the seed, its
   * position and its domain only.
   *
   * @param reviewsBeforeDrift reviews of the first domain, not negative
   * @param reviewsAfterDrift reviews of the second domain, not negative; {@link Long#MAX_VALUE} for
   *     no end
   */
  public static SyntheticReviews stream(
      long seed, long reviewsBeforeDrift, long reviewsAfterDrift) {
    if (reviewsBeforeDrift < 0 || reviewsAfterDrift < 0) {
      throw new IllegalArgumentException(
          "%d reviews before the drift and %d after it: neither may be negative"
              .formatted(reviewsBeforeDrift, reviewsAfterDrift));
    }
    boolean endless = reviewsAfterDrift > Long.MAX_VALUE - reviewsBeforeDrift;
    return new SyntheticReviews(
        seed,
        reviewsBeforeDrift,
        endless ? Long.MAX_VALUE : reviewsBeforeDrift + reviewsAfterDrift);
  }

  @Override
  public boolean hasNext() {
    return next < reviews;
  }

  @Override
  public SourcedReview next() {
    if (!hasNext()) {
      throw new NoSuchElementException("All %d reviews were taken".formatted(reviews));
    }
    long index = next++;
    Lexicon lexicon = index < reviewsBeforeDrift ? Lexicon.KITCHEN : Lexicon.OUTDOOR;
    Random random = new Random(mix(seed + 0x9E3779B97F4A7C15L * (index + 1)));
    Sentiment sentiment = draw(random);
    String text = new ReviewWriter(lexicon, random).write(sentiment);
    boolean wrong = random.nextInt(100) < WRONG_LABEL_PERCENT;
    Sentiment labelled = wrong ? sentiment.others().get(random.nextInt(2)) : sentiment;
    return new SourcedReview(
        "synthetic-%d-%07d".formatted(seed, index), text, labelled.label(), lexicon.domain());
  }

  /** Nothing is held. */
  @Override
  public void close() {}

  private static Sentiment draw(Random random) {
    int percent = random.nextInt(100);
    for (Sentiment sentiment : Sentiment.values()) {
      percent -= sentiment.percent();
      if (percent < 0) {
        return sentiment;
      }
    }
    throw new AssertionError("The shares of the classes do not add up to 100");
  }

  /** The output function of SplitMix64: neighbouring seeds of {@link Random} are correlated. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
