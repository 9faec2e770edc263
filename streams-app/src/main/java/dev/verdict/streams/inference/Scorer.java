package dev.verdict.streams.inference;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.CloseReason;
import dev.verdict.batching.PlannedBatch;
import dev.verdict.batching.TokenBudget;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.model.ModelMemoryException;
import dev.verdict.streams.inference.ForwardWorkers.Classified;
import dev.verdict.text.TokenizedText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores reviews in batches; the batcher's thread alone uses it. A batch that fails is halved until
 * the review at fault is alone: k of n reviews at fault cost at most about 2 k log2 n calls more.
 *
 * <p>With a {@link ScoreCache}, reviews of the same tokens are scored once: those that come
 * together, and within its bound those that come later.
 */
final class Scorer {
  private static final Logger LOG = LoggerFactory.getLogger(Scorer.class);

  private final BatchLimits limits;
  private final ForwardWorkers workers;
  private final TokenBudget budget;
  private final ScoreCache cache;
  private final InferenceMeters meters;
  private double tokensPerSecond;

  /** Reviews of the same tokens. */
  private record Encoded(List<PendingReview> reviews, TokenizedText text) {}

  /** A batch that a worker has, or soon will. */
  private record Running(List<Encoded> batch, Future<Classified> done) {}

  Scorer(BatchLimits limits, ForwardWorkers workers, ScoreCache cache, InferenceMeters meters) {
    this.limits = limits;
    this.workers = workers;
    this.cache = cache;
    this.budget = new TokenBudget(limits.maxTokens());
    this.meters = meters;
    meters.budget(budget.tokens());
  }

  /** Tokens of what was last scored together by its time; 0 before the first. */
  double tokensPerSecond() {
    return tokensPerSecond;
  }

  /**
   * Completes every review with its score or its rejection.
   *
   * @param closed why no more were gathered
   * @throws InferenceStalledException if the model works no more; some reviews are not completed
   */
  void score(ServingModel model, List<PendingReview> reviews, CloseReason closed) {
    List<Encoded> encoded = new ArrayList<>(reviews.size());
    encode(model, reviews, encoded);
    List<Encoded> unknown = cache.isOff() ? encoded : answerKnown(model, encoded);
    int[] lengths = unknown.stream().mapToInt(each -> each.text().length()).toArray();
    int tokens = Math.min(budget.tokens(), model.tokensAtOnce());
    long start = System.nanoTime();
    Deque<Running> running = new ArrayDeque<>();
    for (PlannedBatch planned : workers.planner(tokens, limits.maxRows()).plan(lengths, closed)) {
      if (running.size() == workers.ahead()) {
        answer(model, running.removeFirst());
      }
      meters.closed(planned.closed());
      running.addLast(start(model, planned.rows().stream().map(unknown::get).toList()));
    }
    while (!running.isEmpty()) {
      answer(model, running.removeFirst());
    }
    tokensPerSecond =
        IntStream.of(lengths).sum() / Math.max((System.nanoTime() - start) / 1e9, 1e-6);
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

  private Running start(ServingModel model, List<Encoded> batch) {
    LOG.debug("Batch of {} reviews to {}", batch.size(), model.manifest().version());
    List<TokenizedText> texts = batch.stream().map(Encoded::text).toList();
    return new Running(batch, workers.submit(model::classify, texts));
  }

  private void answer(ServingModel model, Running running) {
    List<Encoded> batch = running.batch();
    try {
      answer(model, batch, ForwardWorkers.await(running.done()));
    } catch (RuntimeException e) {
      if (e instanceof ModelMemoryException) {
        backOff(batch);
      }
      isolate(model, batch, Encoded::reviews, e, half -> answer(model, start(model, half)));
    }
  }

  private void answer(ServingModel model, List<Encoded> batch, Classified classified) {
    int tokens = tokens(batch);
    meters.batch(
        batch.size(), tokens, Duration.ofNanos(classified.endNanos() - classified.startNanos()));
    budget.fitted(tokens);
    meters.budget(budget.tokens());
    for (int i = 0; i < batch.size(); i++) {
      TokenizedText text = batch.get(i).text();
      ScoredReview scored = ScoredReview.of(classified.rows()[i], text, model.manifest());
      complete(batch.get(i), scored, classified.startNanos());
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

  private void backOff(List<Encoded> batch) {
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
