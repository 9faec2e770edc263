package dev.verdict.streams.inference;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.CloseReason;
import dev.verdict.batching.PlannedBatch;
import dev.verdict.batching.TokenBudget;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.model.ForwardWorkers;
import dev.verdict.model.ModelMemoryException;
import dev.verdict.text.TokenizedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores reviews in batches; the batcher's thread alone uses it, and the workers run the batches. A
 * batch that fails is halved until the review at fault is alone: k of n reviews at fault cost at
 * most about 2 k log2 n calls more.
 *
 * <p>With a {@link ScoreCache}, reviews of the same tokens are scored once: those that come
 * together, and within its bound those that come after the answer.
 */
final class Scorer {
  private static final Logger LOG = LoggerFactory.getLogger(Scorer.class);

  private final BatchLimits limits;
  private final ForwardWorkers workers;

  /** Under this object's lock. */
  private final TokenBudget budget;

  private final ScoreCache cache;
  private final InferenceMeters meters;

  private final UnderWay underWay;

  private volatile double tokensPerSecond;

  /** Reviews of the same tokens. */
  private record Encoded(List<PendingReview> reviews, TokenizedText text) {}

  Scorer(BatchLimits limits, ForwardWorkers workers, ScoreCache cache, InferenceMeters meters) {
    this.limits = limits;
    this.workers = workers;
    this.underWay = new UnderWay(workers);
    this.cache = cache;
    this.budget = new TokenBudget(limits.maxTokens());
    this.meters = meters;
    meters.budget(budget.tokens());
  }

  /** Tokens a second that all workers do, by the last batch; 0 before the first. */
  double tokensPerSecond() {
    return tokensPerSecond;
  }

  /**
   * Completes every review with its score or its rejection, the last of them after it has returned:
   * what comes next is gathered and tokenized while each worker has one more batch.
   *
   * @param use of the model, shared by the batches
   * @param closed why no more were gathered
   * @throws InferenceStalledException if the model does not even tokenize any more; some reviews
   *     are not completed
   */
  void score(
      ModelSlot.Use use, ServingModel model, List<PendingReview> reviews, CloseReason closed) {
    List<Encoded> encoded = new ArrayList<>(reviews.size());
    encode(model, reviews, encoded);
    List<Encoded> unknown = cache.isOff() ? encoded : answerKnown(model, encoded);
    int[] lengths = unknown.stream().mapToInt(each -> each.text().length()).toArray();
    int tokens = Math.min(budgetTokens(), model.tokensAtOnce());
    for (PlannedBatch planned : workers.planner(tokens, limits.maxRows()).plan(lengths, closed)) {
      meters.closed(planned.closed());
      start(use, model, planned.rows().stream().map(unknown::get).toList());
    }
    underWay.awaitLast();
  }

  /** Waits until every review is completed. */
  void settle() {
    underWay.awaitAll();
  }

  /** Whether every review is completed. */
  boolean isIdle() {
    return underWay.isIdle();
  }

  private void start(ModelSlot.Use use, ServingModel model, List<Encoded> batch) {
    ModelSlot.Use shared = use.share();
    boolean started = false;
    try {
      underWay.add(() -> answer(shared, model, batch));
      started = true;
    } finally {
      if (!started) {
        shared.close();
      }
    }
  }

  private void answer(ModelSlot.Use use, ServingModel model, List<Encoded> batch) {
    try (use) {
      classify(model, batch);
    } catch (InferenceStalledException e) {
      LOG.error("{}", e.getMessage());
      fail(batch, e);
    } catch (RuntimeException | Error e) {
      // The batcher's thread learns of it later, who waits for these reviews now.
      fail(batch, new IllegalStateException("The batcher has ended: " + e, e));
      throw e;
    }
  }

  private static void fail(List<Encoded> batch, RuntimeException fault) {
    batch.forEach(
        each -> each.reviews().forEach(review -> review.score().completeExceptionally(fault)));
  }

  /** Answers what the cache knows; the rest, those of the same tokens together. */
  private List<Encoded> answerKnown(ServingModel model, List<Encoded> encoded) {
    long now = System.nanoTime();
    Map<TokenizedText, Encoded> unknown = new LinkedHashMap<>();
    for (Encoded each : encoded) {
      Optional<ScoredReview> known = cache.score(model.manifest(), each.text());
      if (known.isPresent()) {
        complete(each, known.get(), now);
      } else {
        unknown
            .computeIfAbsent(each.text(), text -> new Encoded(new ArrayList<>(), text))
            .reviews()
            .addAll(each.reviews());
      }
    }
    meters.cache(encoded.size() - unknown.size(), unknown.size());
    return List.copyOf(unknown.values());
  }

  private void encode(ServingModel model, List<PendingReview> reviews, List<Encoded> encoded) {
    try {
      List<TokenizedText> texts =
          model.encode(reviews.stream().map(each -> each.review().text()).toList());
      for (int i = 0; i < reviews.size(); i++) {
        encoded.add(new Encoded(List.of(reviews.get(i)), texts.get(i)));
      }
    } catch (RuntimeException e) {
      isolate(model, reviews, List::of, e, half -> encode(model, half, encoded));
    }
  }

  private void classify(ServingModel model, List<Encoded> batch) {
    try {
      run(model, batch);
    } catch (RuntimeException e) {
      if (e instanceof ModelMemoryException) {
        backOff(batch);
      }
      isolate(model, batch, Encoded::reviews, e, half -> classify(model, half));
    }
  }

  private void run(ServingModel model, List<Encoded> batch) {
    List<TokenizedText> texts = batch.stream().map(Encoded::text).toList();
    LOG.debug("Batch of {} reviews to {}", batch.size(), model.manifest().version());
    long start = System.nanoTime();
    float[][] probabilities = model.classify(texts);
    long nanos = System.nanoTime() - start;
    int tokens = tokens(batch);
    meters.batch(batch.size(), tokens, Duration.ofNanos(nanos));
    tokensPerSecond = workers.count() * tokens / Math.max(nanos / 1e9, 1e-6);
    fitted(tokens, model.tokensAtOnce());
    for (int i = 0; i < batch.size(); i++) {
      TokenizedText text = batch.get(i).text();
      ScoredReview scored = ScoredReview.of(probabilities[i], text, model.manifest());
      complete(batch.get(i), scored, start);
      cache.keep(text, scored);
    }
  }

  /**
   * @param turn when their wait ended, of {@link System#nanoTime}
   */
  private void complete(Encoded encoded, ScoredReview scored, long turn) {
    for (PendingReview review : encoded.reviews()) {
      meters.waited(turn - review.arrivedNanos());
      review.complete(scored, encoded.text().length());
    }
  }

  private synchronized int budgetTokens() {
    return budget.tokens();
  }

  private synchronized void fitted(int tokens, int largest) {
    budget.fitted(tokens, largest);
    meters.budget(budget.tokens());
  }

  private synchronized void backOff(List<Encoded> batch) {
    budget.exceeded(tokens(batch), longest(batch));
    meters.backedOff();
    meters.budget(budget.tokens());
  }

  /** Tries both halves; one review that fails by itself is rejected, unless it is the model. */
  private <T> void isolate(
      ServingModel model,
      List<T> failed,
      Function<T, List<PendingReview>> reviews,
      RuntimeException fault,
      Consumer<List<T>> again) {
    String version = model.manifest().version();
    if (failed.size() > 1) {
      LOG.warn("{} reviews failed together on {}, halved: {}", failed.size(), version, text(fault));
      again.accept(failed.subList(0, failed.size() / 2));
      again.accept(failed.subList(failed.size() / 2, failed.size()));
      return;
    }
    Optional<String> broken = Canary.fault(model);
    if (broken.isPresent()) {
      throw new InferenceStalledException(
          "Model %s fails on a text that it classified when it was loaded: %s"
              .formatted(version, broken.get()),
          fault);
    }
    RejectedException rejected =
        new RejectedException(
            Stage.INFERENCE,
            Reason.INFERENCE_FAILED,
            "model %s failed: %s".formatted(version, text(fault)),
            fault);
    reviews.apply(failed.get(0)).forEach(review -> review.score().completeExceptionally(rejected));
  }

  private static int tokens(List<Encoded> batch) {
    return batch.stream().mapToInt(each -> each.text().length()).sum();
  }

  private static int longest(List<Encoded> batch) {
    return batch.stream().mapToInt(each -> each.text().length()).max().orElse(0);
  }

  private static String text(RuntimeException fault) {
    return fault.getMessage() == null ? fault.toString() : fault.getMessage();
  }
}
