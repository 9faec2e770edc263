package dev.verdict.streams.inference;

import dev.verdict.batching.ShadowPace;
import dev.verdict.batching.TrialLimits;
import dev.verdict.model.ForwardWorkers;
import dev.verdict.streams.inference.InferenceMeters.ShadowOutcome;
import dev.verdict.streams.inference.Lineup.Challenger;
import dev.verdict.text.TokenizedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be scored by the challenger. Anyone may offer; the batcher's thread has it scored,
 * a chunk at a time while no batch is under way, each within the budget by which the champion's
 * next batch may be late ({@link ShadowPace}). While reviews wait for the champion nothing is
 * scored until half the queue is used, so shadow work fills the pauses first. What finds the queue
 * full, or would take too long by itself, is dropped.
 *
 * <p>A challenger that fails harms nobody: the chunk is dropped, and after {@value #MAX_FAILURES}
 * failures in a row that challenger is left alone.
 */
final class ShadowWork {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowWork.class);

  private static final int MAX_FAILURES = 10;

  private final TrialLimits limits;
  private final int maxRows;
  private final ForwardWorkers workers;
  private final InferenceMeters meters;
  private final LongSupplier nanoTime;
  private final BlockingQueue<ShadowReview> queue;
  private Optional<Trial> trial = Optional.empty();

  /** One challenger's. */
  private static final class Trial {
    private final ServingModel model;
    private final ShadowPace pace;
    private int failures;

    private Trial(ServingModel model, ShadowPace pace) {
      this.model = model;
      this.pace = pace;
    }

    private boolean givenUp() {
      return failures >= MAX_FAILURES;
    }
  }

  /**
   * @param maxRows reviews of one chunk at most
   * @param nanoTime of a clock that never goes back
   */
  ShadowWork(
      TrialLimits limits,
      int maxRows,
      ForwardWorkers workers,
      InferenceMeters meters,
      LongSupplier nanoTime) {
    this.limits = limits;
    this.maxRows = maxRows;
    this.workers = workers;
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.queue = new ArrayBlockingQueue<>(limits.shadowQueueRows());
  }

  /** Queues an answered review; empty when the queue is full. Never blocks. */
  Optional<ShadowReview> offer(PendingReview answered) {
    ShadowReview review = new ShadowReview(answered);
    if (queue.offer(review)) {
      return Optional.of(review);
    }
    meters.shadow(ShadowOutcome.DROPPED, 1);
    return Optional.empty();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /**
   * Whether it is the challenger's turn.
   *
   * @param reviewsWait whether a review waits for the champion
   */
  boolean isDue(boolean reviewsWait) {
    return !queue.isEmpty()
        && (!reviewsWait || queue.remainingCapacity() <= limits.shadowQueueRows() / 2);
  }

  /**
   * Scores one chunk at most.
   *
   * @param challenger of now; without one all that waits is dropped
   * @param reviewsWait whether a review waits for the champion
   */
  void run(Optional<Challenger> challenger, boolean reviewsWait) {
    if (challenger.isEmpty()) {
      trial = Optional.empty();
      dropAll();
    } else if (isDue(reviewsWait)) {
      Trial current = trialOf(challenger.get());
      if (current.givenUp()) {
        dropAll();
      } else {
        score(current);
      }
    }
  }

  /** Drops what waits; nobody scores any more. */
  void dropAll() {
    List<ShadowReview> dropped = new ArrayList<>();
    queue.drainTo(dropped);
    drop(dropped, ShadowOutcome.DROPPED);
  }

  private Trial trialOf(Challenger challenger) {
    if (trial.filter(each -> each.model == challenger.model()).isEmpty()) {
      ShadowPace pace =
          new ShadowPace(limits.shadowBudget(), challenger.tokensPerSecond(), nanoTime.getAsLong());
      trial = Optional.of(new Trial(challenger.model(), pace));
    }
    return trial.get();
  }

  private void score(Trial current) {
    List<ShadowReview> chunk = chunk(current.pace);
    if (chunk.isEmpty()) {
      return;
    }
    long start = nanoTime.getAsLong();
    try {
      List<ScoredReview> scored = scored(current.model, chunk);
      for (int i = 0; i < chunk.size(); i++) {
        chunk.get(i).complete(Optional.of(scored.get(i)));
      }
      current.failures = 0;
      meters.shadow(ShadowOutcome.SCORED, chunk.size());
    } catch (RuntimeException
        | LinkageError
        | AssertionError
        | StackOverflowError
        | OutOfMemoryError e) {
      failed(current, e);
      drop(chunk, ShadowOutcome.FAILED);
    }
    long end = nanoTime.getAsLong();
    current.pace.ran(
        chunk.stream().mapToLong(ShadowWork::tokens).sum(), Duration.ofNanos(end - start), end);
  }

  /** What fits into the budget from the head of the queue; what never would is dropped. */
  private List<ShadowReview> chunk(ShadowPace pace) {
    long budget = pace.tokens();
    List<ShadowReview> chunk = new ArrayList<>();
    long total = 0;
    for (ShadowReview next = queue.peek(); next != null; next = queue.peek()) {
      int tokens = tokens(next);
      if (total + tokens <= budget && chunk.size() < maxRows) {
        chunk.add(queue.remove());
        total += tokens;
      } else if (!chunk.isEmpty()) {
        return chunk;
      } else if (pace.mayProbe(nanoTime.getAsLong())) {
        return List.of(queue.remove());
      } else {
        drop(List.of(queue.remove()), ShadowOutcome.DROPPED);
      }
    }
    return chunk;
  }

  private List<ScoredReview> scored(ServingModel model, List<ShadowReview> chunk) {
    List<TokenizedText> texts =
        model.encode(chunk.stream().map(each -> each.pending().review().text()).toList());
    float[][] rows =
        workers.classify(model::classify, texts, workers.planner(model.tokensAtOnce(), maxRows));
    List<ScoredReview> scored = new ArrayList<>(rows.length);
    for (int i = 0; i < rows.length; i++) {
      Optional<String> fault = Canary.fault(rows[i], model.manifest().labels().size());
      if (fault.isPresent()) {
        throw new IllegalStateException(fault.get());
      }
      scored.add(ScoredReview.of(rows[i], texts.get(i), model.manifest()));
    }
    return scored;
  }

  private static void failed(Trial current, Throwable fault) {
    current.failures++;
    String version = current.model.manifest().version();
    if (current.givenUp()) {
      LOG.error(
          "Challenger {} failed {} times in a row and is not scored any more: {}",
          version,
          current.failures,
          fault.toString());
    } else {
      LOG.warn("Challenger {} failed in shadow: {}", version, fault.toString());
    }
  }

  private void drop(List<ShadowReview> reviews, ShadowOutcome outcome) {
    reviews.forEach(each -> each.complete(Optional.empty()));
    meters.shadow(outcome, reviews.size());
  }

  /** The champion's count stands for the challenger's, of which its speed is in the same unit. */
  private static int tokens(ShadowReview review) {
    return Math.max(1, review.pending().tokens());
  }
}
