package dev.verdict.streams.inference;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.CloseReason;
import dev.verdict.batching.Gathering;
import dev.verdict.batching.Gathering.Outlook;
import dev.verdict.batching.IdShare;
import dev.verdict.batching.TrialLimits;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.model.ForwardWorkers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one batcher of a JVM: gathers reviews of all partitions, tasks and threads for a few
 * milliseconds, sorts them by length, and sends them through the model in batches of a token
 * budget.
 *
 * <p>Reviews that a stream thread waits for come before those that were only prefetched, so no
 * thread waits longer than the work in hand and its own batch, however long the queue is. What is
 * gathered together is scored by the version that served when its first review was taken, or by the
 * two that share the reviews.
 *
 * <p>What a challenger scores in shadow comes after, in short pieces ({@link ShadowWork}).
 */
public final class Batcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  private static final double CHARACTERS_PER_TOKEN = 4.0;
  private static final int NO_CACHE = 0;

  /** How soon shadow work is looked for while no review comes; only where there is a challenger. */
  private static final Duration SHADOW_POLL = Duration.ofMillis(5);

  /** Enough for a batch that runs; a call that hangs in native code is left behind. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final ModelSlot slot;
  private final BatchLimits limits;
  private final int queueRows;
  private final int callers;
  private final LinkedBlockingDeque<PendingReview> queue = new LinkedBlockingDeque<>();
  private final Set<PendingReview> awaited = ConcurrentHashMap.newKeySet();
  private final ForwardWorkers workers;
  private final Scorer scorer;
  private final ShadowWork shadow;
  private final IdShare canaryShare;
  private final IdShare shadowShare;
  private final Thread thread;

  /** What the batcher's thread is about to score, or scores. */
  private final List<PendingReview> inHand = new ArrayList<>();

  private volatile boolean closed;

  /** A batcher whose reviews are all one version's, without a cache. */
  public Batcher(
      ModelSlot slot,
      BatchLimits limits,
      int workers,
      int queueRows,
      int callers,
      MeterRegistry registry) {
    this(slot, limits, workers, TrialLimits.NONE, NO_CACHE, queueRows, callers, registry);
  }

  /**
   * @param slot whose versions score
   * @param workers batches that are computed side by side
   * @param trial what a challenger and a canary may do
   * @param cacheRows texts whose scores are kept for when they come again
   * @param queueRows prefetched reviews that may wait
   * @param callers threads that offer reviews and wait for them; once all wait, none is coming
   */
  public Batcher(
      ModelSlot slot,
      BatchLimits limits,
      int workers,
      TrialLimits trial,
      int cacheRows,
      int queueRows,
      int callers,
      MeterRegistry registry) {
    this.slot = slot;
    this.limits = limits;
    this.queueRows = queueRows;
    this.callers = callers;
    this.canaryShare = new IdShare("canary", trial.canaryPercent());
    this.shadowShare = new IdShare("shadow", trial.shadowPercent());
    InferenceMeters meters = new InferenceMeters(registry, queue);
    this.workers = new ForwardWorkers(workers);
    this.scorer = new Scorer(limits, this.workers, new ScoreCache(cacheRows), meters);
    this.shadow = new ShadowWork(trial, limits.maxRows(), this.workers, meters, System::nanoTime);
    this.thread = new Thread(this::run, "inference");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Queues a review ahead of its processing; empty when the queue is full. Never blocks.
   *
   * @param id of the review, asked for where versions share the reviews
   */
  Optional<PendingReview> offer(Review review, Supplier<byte[]> id) {
    if (closed || queue.size() >= queueRows) {
      return Optional.empty();
    }
    PendingReview pending = new PendingReview(review, id, System.nanoTime());
    queue.addLast(pending);
    return Optional.of(pending);
  }

  /**
   * Queues a review that a stream thread is about to wait for.
   *
   * @param id of the review, asked for where versions share the reviews
   */
  public PendingReview submit(Review review, Supplier<byte[]> id) {
    PendingReview pending = new PendingReview(review, id, System.nanoTime());
    queue.addFirst(pending);
    return pending;
  }

  /** Takes back reviews that nobody will wait for; those in a batch already are scored in vain. */
  void cancel(Collection<PendingReview> reviews) {
    reviews.forEach(PendingReview::claim);
    queue.removeIf(PendingReview::isClaimed);
  }

  /**
   * Waits for a review's score.
   *
   * @throws RejectedException if this review cannot be scored
   * @throws InferenceStalledException if nothing came within {@code timeout}, or the model is
   *     broken
   */
  public ScoredReview await(PendingReview pending, Duration timeout) throws RejectedException {
    boolean waits = !pending.score().isDone();
    if (waits) {
      awaited.add(pending);
      // A prefetched review may be deep in the queue; whichever of its two places is reached first
      // claims it.
      queue.addFirst(pending);
    }
    try {
      return answer(pending, timeout);
    } finally {
      if (waits) {
        awaited.remove(pending);
      }
    }
  }

  /**
   * Scores a text that is no record of the stream, in the next batch beside the stream's own
   * reviews. It is not one that a stream thread waits for, so no batch is closed sooner for it.
   *
   * @param id by which versions that share the reviews are chosen
   * @throws RejectedException if this review cannot be scored
   * @throws InferenceStalledException if nothing came within {@code timeout}, or the model is
   *     broken
   */
  public ScoredReview preview(Review review, byte[] id, Duration timeout) throws RejectedException {
    PendingReview pending = submit(review, () -> id);
    try {
      return answer(pending, timeout);
    } catch (InferenceStalledException e) {
      cancel(List.of(pending));
      throw e;
    }
  }

  private ScoredReview answer(PendingReview pending, Duration timeout) throws RejectedException {
    if (closed) {
      pending.score().completeExceptionally(new IllegalStateException("The batcher has ended"));
    }
    try {
      return pending.score().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RejectedException rejected) {
        throw rejected;
      }
      throw new InferenceStalledException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new InferenceStalledException(
          "No prediction within inference.timeout.ms (" + timeout.toMillis() + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceStalledException("Interrupted while waiting for a prediction", e);
    }
  }

  /**
   * Queues an answered review for the challenger, if there is one and the review is of its share;
   * empty otherwise, and when too many wait. Never blocks.
   */
  public Optional<ShadowReview> shadow(PendingReview answered, byte[] id) {
    return !closed && slot.hasChallenger() && shadowShare.contains(id)
        ? shadow.offer(answered)
        : Optional.empty();
  }

  /** Ends within seconds; whoever still waits is told, and a model call that hangs is left. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean ended = false;
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
      ended = workers.close(CLOSE_TIMEOUT) && !thread.isAlive();
    } catch (InterruptedException e) {
      workers.close();
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      LOG.warn("The model has not answered for {} s and is left behind", CLOSE_TIMEOUT.toSeconds());
      IllegalStateException fault = new IllegalStateException("The batcher has ended");
      fail(queue, fault);
      fail(awaited, fault);
    }
  }

  private void run() {
    IllegalStateException ended = new IllegalStateException("The batcher has ended");
    try {
      while (!closed) {
        Optional<PendingReview> first = first();
        if (first.isPresent()) {
          inHand.add(first.get());
          try (ModelSlot.Use use = slot.use()) {
            round(use);
          }
          inHand.clear();
        }
        if (!shadow.isEmpty()) {
          slot.use(this::shadowRound);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("Batcher was interrupted");
    } catch (RuntimeException | Error e) {
      LOG.error("The batcher ends", e);
      ended = new IllegalStateException("The batcher has ended: " + e, e);
    } finally {
      closed = true;
      fail(inHand, ended);
      fail(queue, ended);
      shadow.dropAll();
    }
  }

  /** The next review; empty when none waits and there may be shadow work. */
  private Optional<PendingReview> first() throws InterruptedException {
    while (true) {
      PendingReview first =
          slot.hasChallenger() || !shadow.isEmpty()
              ? queue.poll(
                  shadow.isEmpty() || !scorer.isIdle() ? SHADOW_POLL.toNanos() : 0,
                  TimeUnit.NANOSECONDS)
              : queue.take();
      if (first == null) {
        return Optional.empty();
      }
      if (first.claim()) {
        return Optional.of(first);
      }
    }
  }

  /** Alone, so that the time it takes is its own. */
  private boolean shadowRound(Lineup lineup) {
    boolean reviewsWait = !queue.isEmpty() || !scorer.isIdle();
    boolean due = shadow.isDue(reviewsWait);
    if (due) {
      scorer.settle();
    }
    if (due || lineup.challenger().isEmpty()) {
      shadow.run(lineup.challenger(), reviewsWait);
    }
    return true;
  }

  /** Gathers, and has the versions that serve score it; the last of it later. */
  private void round(ModelSlot.Use use) {
    try {
      CloseReason closing = gather(use.lineup());
      for (Lineup.Part part : use.lineup().split(inHand, canaryShare)) {
        scorer.score(use, part.model(), part.reviews(), closing);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(inHand, new IllegalStateException("The batcher has ended", e));
    } catch (InferenceStalledException e) {
      LOG.error("{}", e.getMessage());
      fail(inHand, e);
    }
  }

  private CloseReason gather(Lineup lineup) throws InterruptedException {
    Gathering gathering = new Gathering(limits, scorer.tokensPerSecond());
    add(inHand.get(0), gathering);
    while (true) {
      long now = System.nanoTime();
      Optional<CloseReason> reason = gathering.closed(now, outlook(lineup));
      if (reason.isPresent()) {
        return reason.get();
      }
      PendingReview next = queue.poll(gathering.patienceNanos(now), TimeUnit.NANOSECONDS);
      if (next == null) {
        continue;
      }
      if (!slot.servesAs(lineup)) {
        // It came after the swap: the next batch is the new version's.
        queue.addFirst(next);
      } else if (next.claim()) {
        inHand.add(next);
        add(next, gathering);
      }
    }
  }

  private static void add(PendingReview review, Gathering gathering) {
    gathering.add(review.review().text().length() / CHARACTERS_PER_TOKEN, review.arrivedNanos());
  }

  private Outlook outlook(Lineup lineup) {
    if (!slot.servesAs(lineup)) {
      return Outlook.SWAPPED;
    }
    if (!queue.isEmpty()) {
      return Outlook.QUEUED;
    }
    long waiting = awaited.stream().filter(each -> !each.score().isDone()).count();
    return waiting >= callers ? Outlook.DRY : Outlook.OPEN;
  }

  private static void fail(Collection<PendingReview> reviews, RuntimeException fault) {
    reviews.forEach(pending -> pending.score().completeExceptionally(fault));
  }
}
