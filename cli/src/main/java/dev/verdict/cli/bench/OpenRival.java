package dev.verdict.cli.bench;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.model.Classifier;
import dev.verdict.text.TokenizedText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A rival that has loaded the weights and was found to give what we give.
 *
 * @param rival what it is
 * @param model what it loaded
 */
record OpenRival(InferenceRival rival, RivalModel model) implements AutoCloseable {
  private static final int CHECKED_REVIEWS = 16;
  private static final int MAX_ROWS = 256;

  /** Padded tokens of a batch, of which the fastest is taken for each rival. */
  private static final int[] BUDGETS = {8192, 4096, 1024};

  private static final double TOLERANCE = 1e-3;

  /** Random weights tell texts apart by little: a difference is also held against that. */
  private static final double TOLERANCE_OF_SPREAD = 0.01;

  private static final double INT8_TOLERANCE_OF_SPREAD = 0.5;

  /** All that are on the class path. */
  static List<OpenRival> open(Path checkpoint, Classifier own, int threads) throws Exception {
    List<OpenRival> rivals = new ArrayList<>();
    for (InferenceRival rival : ServiceLoader.load(InferenceRival.class)) {
      OpenRival opened =
          new OpenRival(rival, rival.open(checkpoint, own.tokenizer().maxLength(), threads));
      rivals.add(opened);
      opened.check(own);
    }
    return rivals;
  }

  /** Its probabilities must be ours, or its speed says nothing. */
  private void check(Classifier own) throws Exception {
    List<String> texts =
        new WorkloadOptions.NamedReviews("", "", Workload.MIX.reviews(CHECKED_REVIEWS, 1)).texts();
    List<TokenizedText> batch = own.tokenizer().encode(texts);
    float[][] ours = own.classify(batch);
    float[][] theirs =
        model instanceof RivalModel.OfBatches batches
            ? batches.classify(batch)
            : oneByOne((RivalModel.OfReviews) model, texts);
    double difference = 0;
    double spread = 0;
    for (int i = 0; i < ours.length; i++) {
      difference = Math.max(difference, logDifference(ours[i], theirs[i]));
      spread = Math.max(spread, logDifference(ours[i], ours[0]));
    }
    double allowed =
        rival.isInt8()
            ? INT8_TOLERANCE_OF_SPREAD * spread
            : Math.min(TOLERANCE, TOLERANCE_OF_SPREAD * spread);
    if (difference > allowed) {
      throw new IllegalStateException(
          "%s gives other logits than Verdict: they differ by %.2g, at most %.2g is allowed"
              .formatted(rival.title(), difference, allowed));
    }
  }

  private static float[][] oneByOne(RivalModel.OfReviews model, List<String> texts)
      throws Exception {
    float[][] results = new float[texts.size()][];
    for (int i = 0; i < results.length; i++) {
      results[i] = model.classify(texts.get(i));
    }
    return results;
  }

  /** Logits are logarithms of probabilities, but for a number that all classes share. */
  private static double logDifference(float[] left, float[] right) {
    double largest = 0;
    for (int i = 0; i < left.length; i++) {
      largest = Math.max(largest, Math.abs(Math.log(left[i]) - Math.log(right[i])));
    }
    return largest;
  }

  /** Batches of the size at which this rival is fastest. */
  List<List<TokenizedText>> bestBatches(EncodedReviews reviews) throws Exception {
    RivalModel.OfBatches batched = (RivalModel.OfBatches) model;
    List<List<TokenizedText>> best = List.of();
    double bestSeconds = Double.POSITIVE_INFINITY;
    for (int budget : BUDGETS) {
      List<List<TokenizedText>> batches = reviews.batches(new BatchPlanner(budget, MAX_ROWS));
      // The first batch of a shape is slow.
      batched.classify(batches.get(0));
      double seconds = seconds(batched, batches);
      if (seconds < bestSeconds) {
        bestSeconds = seconds;
        best = batches;
      }
    }
    return best;
  }

  static double seconds(RivalModel.OfBatches model, List<List<TokenizedText>> batches)
      throws Exception {
    long start = System.nanoTime();
    for (List<TokenizedText> batch : batches) {
      model.classify(batch);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  static double seconds(RivalModel.OfReviews model, List<String> texts) throws Exception {
    long start = System.nanoTime();
    for (String text : texts) {
      model.classify(text);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() throws Exception {
    model.close();
  }
}
