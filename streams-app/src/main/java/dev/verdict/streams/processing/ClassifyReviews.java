package dev.verdict.streams.processing;

import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.contract.TraceHeaders;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.PendingReview;
import dev.verdict.streams.inference.Prefetch;
import dev.verdict.streams.inference.ScoredReview;
import dev.verdict.streams.inference.ShadowReview;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Turns each record of {@code reviews} into a prediction or a dead letter, in order. The model has
 * usually scored a review before it comes here ({@link Prefetch}).
 *
 * <p>What the challenger says of some of them follows later, as a sample: it is forwarded with a
 * later record or within {@link #SHADOW_PERIOD}, in a transaction of its own time, so a review that
 * is committed has at most one (under exactly-once), and none if the task ends before.
 */
final class ClassifyReviews extends AnsweringProcessor<ClassifiedReview> {
  /**
   * What classifying needs.
   *
   * @param timeout longest wait for one review
   * @param segments attributes of a review that scores are kept for
   */
  record Settings(
      PredictionMaker maker,
      Batcher batcher,
      Prefetch prefetch,
      Duration timeout,
      Set<String> segments) {

    private Map<String, String> segmentsOf(Review review) {
      Map<String, String> kept = new HashMap<>(review.attributes());
      kept.keySet().retainAll(segments);
      return kept;
    }
  }

  private static final Duration SHADOW_PERIOD = Duration.ofMillis(100);

  private final Settings settings;
  private final StreamMeters meters;
  private final ProcessingListener listener;

  /** Reviews that the challenger scores, in order; no more than may wait for it. */
  private final Deque<Awaited> shadows = new ArrayDeque<>();

  private Optional<Cancellable> waking = Optional.empty();

  /**
   * What a shadow prediction is made of besides its score.
   *
   * @param trace headers of the review's trace
   * @param span of OpenTelemetry's agent, if it is there, in which the review was processed: what
   *     is written later belongs to it and to no other review's
   */
  private record Awaited(
      ShadowReview shadow,
      Bytes id,
      Review review,
      int partition,
      long offset,
      long time,
      Headers trace,
      Context span) {}

  ClassifyReviews(
      Settings settings,
      DeadLetters deadLetters,
      StreamMeters meters,
      ProcessingListener listener) {
    super(deadLetters, meters, listener);
    this.settings = settings;
    this.meters = meters;
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<byte[], Outcome<ClassifiedReview>> processorContext) {
    super.init(processorContext);
    // A task that was revived after its transaction was aborted has the same processor.
    shadows.clear();
    waking.ifPresent(Cancellable::cancel);
    waking = Optional.empty();
  }

  @Override
  void count() {
    meters.review();
  }

  @Override
  Record<byte[], Outcome<ClassifiedReview>> answer(
      Record<byte[], byte[]> record, RecordMetadata place) throws RejectedException {
    Optional<PendingReview> prefetched =
        settings.prefetch.take(place.topic(), place.partition(), place.offset());
    byte[] id =
        settings.maker.id(
            place.topic(), place.partition(), place.offset(), Optional.ofNullable(record.key()));
    PendingReview pending =
        prefetched.isPresent()
            ? prefetched.get()
            : settings.batcher.submit(settings.maker.decoder().review(record.value()), () -> id);
    Review review = pending.review();
    Headers headers = settings.maker.headers(record.headers(), place.partition(), place.offset());
    settings.maker.checkSize(headers, id, review);
    ScoredReview scored = settings.batcher.await(pending, settings.timeout);

    Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
    Prediction prediction =
        settings.maker.prediction(
            scored, place.partition(), place.offset(), review, record.timestamp(), now);
    meters.prediction(
        prediction.label(),
        prediction.probability(),
        scored.version(),
        Duration.between(Instant.ofEpochMilli(record.timestamp()), now));
    listener.predicted(id, review.text(), prediction);
    forwardShadows();
    settings
        .batcher
        .shadow(pending, id)
        .ifPresent(
            shadow ->
                follow(
                    new Awaited(
                        shadow,
                        Bytes.wrap(id),
                        review,
                        place.partition(),
                        place.offset(),
                        record.timestamp(),
                        TraceHeaders.of(record.headers()),
                        Context.current())));
    return new Record<>(
        id,
        new Outcome.Accepted<>(
            ClassifiedReview.of(
                new PredictedReview(review.text(), prediction, settings.segmentsOf(review)),
                scored)),
        PredictionMaker.recordTime(record.timestamp(), now),
        headers);
  }

  private void follow(Awaited awaited) {
    shadows.addLast(awaited);
    if (waking.isEmpty()) {
      waking =
          Optional.of(
              context()
                  .schedule(
                      SHADOW_PERIOD, PunctuationType.WALL_CLOCK_TIME, now -> forwardShadows()));
    }
  }

  /** In order; the batcher scores or drops them in this order too. */
  private void forwardShadows() {
    while (!shadows.isEmpty() && shadows.peekFirst().shadow().isDone()) {
      Awaited next = shadows.removeFirst();
      next.shadow().result().ifPresent(scored -> forward(next, scored));
    }
    if (shadows.isEmpty()) {
      waking.ifPresent(Cancellable::cancel);
      waking = Optional.empty();
    }
  }

  private void forward(Awaited shadow, ScoredReview scored) {
    Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
    Prediction prediction =
        settings.maker.prediction(
            scored, shadow.partition, shadow.offset, shadow.review, shadow.time, now);
    SourceHeaders.add(shadow.trace, shadow.partition, shadow.offset);
    try (Scope span = shadow.span.makeCurrent()) {
      context()
          .forward(
              new Record<>(
                  shadow.id.get(),
                  new Outcome.Shadowed<>(prediction),
                  PredictionMaker.recordTime(shadow.time, now),
                  shadow.trace));
    }
  }
}
