package dev.verdict.streams.inference;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.BatchPlanner;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.Review;
import dev.verdict.text.TokenizedText;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one batcher of a JVM: gathers reviews of all partitions, tasks and threads for a few
 * milliseconds, sorts them by length, and sends them through the model in batches of a token
 * budget.
 *
 * <p>Reviews that a stream thread waits for come before those that were only prefetched, so no
 * thread waits longer than the work in hand and its own batch, however long the queue is.
 */
public final class Batcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  /** Batches that are sorted together at most: enough that padding is small. */
  private static final int BATCHES_SORTED_TOGETHER = 4;

  /** Longest work that is sorted together, so that a slow model keeps answering. */
  private static final double SECONDS_SORTED_TOGETHER = 0.5;

  private static final double CHARACTERS_PER_TOKEN = 4.0;

  private final ModelSlot slot;
  private final BatchLimits limits;
  private final BatchPlanner planner;
  private final int queueRows;
  private final LinkedBlockingDeque<PendingReview> queue = new LinkedBlockingDeque<>();
  private final InferenceMeters meters;
  private final Thread thread;
  private volatile boolean closed;
  private double tokensPerSecond;

  /**
   * @param slot whose version scores
   * @param queueRows prefetched reviews that may wait
   */
  public Batcher(ModelSlot slot, BatchLimits limits, int queueRows, MeterRegistry registry) {
    this.slot = slot;
    this.limits = limits;
    this.planner = new BatchPlanner(limits);
    this.queueRows = queueRows;
    this.meters = new InferenceMeters(registry, queue);
    this.thread = new Thread(this::run, "inference");
    thread.setDaemon(true);
    thread.start();
  }

  /** Queues a review ahead of its processing; empty when the queue is full. Never blocks. */
  Optional<PendingReview> offer(Review review) {
    if (closed || queue.size() >= queueRows) {
      return Optional.empty();
    }
    PendingReview pending = new PendingReview(review, System.nanoTime());
    queue.addLast(pending);
    return Optional.of(pending);
  }

  /** Queues a review that a stream thread is about to wait for. */
  public PendingReview submit(Review review) {
    PendingReview pending = new PendingReview(review, System.nanoTime());
    queue.addFirst(pending);
    return pending;
  }

  /**
   * Waits for a review's score.
   *
   * @throws RejectedException if this review cannot be scored
   * @throws InferenceStalledException if nothing came within {@code timeout}
   */
  public ScoredReview await(PendingReview pending, Duration timeout) throws RejectedException {
    if (!pending.score().isDone()) {
      // A prefetched review may be deep in the queue; whichever of its two places is reached first
      // claims it.
      queue.addFirst(pending);
    }
    if (closed) {
      pending.score().completeExceptionally(new IllegalStateException("The batcher has ended"));
    }
    try {
      return pending.score().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RejectedException rejected) {
        throw rejected;
      }
      throw new InferenceStalledException("The batcher has ended", e);
    } catch (TimeoutException e) {
      throw new InferenceStalledException(
          "No prediction within inference.timeout.ms (" + timeout.toMillis() + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceStalledException("Interrupted while waiting for a prediction", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<PendingReview> gathered = List.of();
    try {
      while (!closed) {
        gathered = gather();
        if (!gathered.isEmpty()) {
          List<PendingReview> reviews = gathered;
          slot.use(
              model -> {
                score(model, reviews);
                return reviews;
              });
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("Batcher was interrupted");
    } finally {
      closed = true;
      IllegalStateException ended = new IllegalStateException("The batcher has ended");
      gathered.forEach(pending -> pending.score().completeExceptionally(ended));
      queue.forEach(pending -> pending.score().completeExceptionally(ended));
    }
  }

  /** Waits for a first review, then until a batch is full or the oldest has waited enough. */
  private List<PendingReview> gather() throws InterruptedException {
    double budget =
        Math.max(
            limits.maxTokens(),
            Math.min(
                tokensPerSecond * SECONDS_SORTED_TOGETHER,
                (double) BATCHES_SORTED_TOGETHER * limits.maxTokens()));
    int rows = BATCHES_SORTED_TOGETHER * limits.maxRows();
    List<PendingReview> gathered = new ArrayList<>();
    double tokens = 0;
    PendingReview next = queue.take();
    long deadline = next.arrivedNanos() + limits.maxWait().toNanos();
    while (next != null) {
      if (next.claim()) {
        gathered.add(next);
        tokens += next.review().text().length() / CHARACTERS_PER_TOKEN;
      }
      if (gathered.size() >= rows || tokens >= budget) {
        break;
      }
      boolean batchFull = gathered.size() >= limits.maxRows() || tokens >= limits.maxTokens();
      next =
          batchFull ? queue.poll() : queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    return gathered;
  }

  private void score(ServingModel model, List<PendingReview> reviews) {
    List<TokenizedText> tokenized;
    try {
      tokenized = model.encode(reviews.stream().map(each -> each.review().text()).toList());
    } catch (RuntimeException e) {
      reviews.forEach(each -> scoreAlone(model, each));
      return;
    }
    int[] lengths = tokenized.stream().mapToInt(TokenizedText::length).toArray();
    for (List<Integer> batch : planner.plan(lengths)) {
      List<PendingReview> members = batch.stream().map(reviews::get).toList();
      try {
        scoreBatch(model, members, batch.stream().map(tokenized::get).toList());
      } catch (RuntimeException e) {
        LOG.warn(
            "A batch of {} reviews failed on {}, each is tried alone: {}",
            members.size(),
            model.manifest().version(),
            e.getMessage());
        members.forEach(each -> scoreAlone(model, each));
      }
    }
  }

  private void scoreBatch(
      ServingModel model, List<PendingReview> reviews, List<TokenizedText> tokenized) {
    LOG.debug("Batch of {} reviews to {}", reviews.size(), model.manifest().version());
    long start = System.nanoTime();
    float[][] probabilities = model.classify(tokenized);
    long nanos = System.nanoTime() - start;
    int tokens = tokenized.stream().mapToInt(TokenizedText::length).sum();
    int longest = tokenized.stream().mapToInt(TokenizedText::length).max().orElse(0);
    meters.batch(reviews.size(), tokens, longest, Duration.ofNanos(nanos));
    tokensPerSecond = tokens / Math.max(nanos / 1e9, 1e-6);
    for (int i = 0; i < reviews.size(); i++) {
      reviews
          .get(i)
          .score()
          .complete(
              new ScoredReview(
                  boxed(probabilities[i]), tokenized.get(i).truncated(), model.manifest()));
    }
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private void scoreAlone(ServingModel model, PendingReview review) {
    try {
      scoreBatch(model, List.of(review), model.encode(List.of(review.review().text())));
    } catch (RuntimeException e) {
      review
          .score()
          .completeExceptionally(
              new RejectedException(
                  Stage.INFERENCE,
                  Reason.INFERENCE_FAILED,
                  "model " + model.manifest().version() + " failed: " + e.getMessage(),
                  e));
    }
  }
}
