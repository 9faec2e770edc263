package dev.verdict.streams.processing;

import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.PendingReview;
import dev.verdict.streams.inference.Prefetch;
import dev.verdict.streams.inference.ScoredReview;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Turns each record of {@code reviews} into a prediction or a dead letter, in order. The model has
 * usually scored a review before it comes here ({@link Prefetch}).
 */
final class ClassifyReviews extends AnsweringProcessor<PredictedReview> {
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

  private final Settings settings;
  private final StreamMeters meters;

  ClassifyReviews(Settings settings, DeadLetters deadLetters, StreamMeters meters) {
    super(deadLetters, meters);
    this.settings = settings;
    this.meters = meters;
  }

  @Override
  void count() {
    meters.review();
  }

  @Override
  Record<byte[], Outcome<PredictedReview>> answer(
      Record<byte[], byte[]> record, RecordMetadata place) throws RejectedException {
    Optional<PendingReview> prefetched =
        settings.prefetch.take(place.topic(), place.partition(), place.offset());
    byte[] id =
        settings.maker.id(
            place.topic(), place.partition(), place.offset(), Optional.ofNullable(record.key()));
    PendingReview pending =
        prefetched.isPresent()
            ? prefetched.get()
            : settings.batcher.submit(settings.maker.decoder().review(record.value()));
    Review review = pending.review();
    settings.maker.checkSize(record.headers(), id, review);
    ScoredReview scored = settings.batcher.await(pending, settings.timeout);

    Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
    Prediction prediction =
        settings.maker.prediction(
            scored, place.partition(), place.offset(), review, record.timestamp(), now);
    meters.prediction(
        prediction.label(),
        scored.version(),
        Duration.between(Instant.ofEpochMilli(record.timestamp()), now));
    SourceHeaders.add(record.headers(), place.partition(), place.offset());
    return new Record<>(
        id,
        new Outcome.Accepted<>(
            new PredictedReview(review.text(), prediction, settings.segmentsOf(review))),
        PredictionMaker.recordTime(record.timestamp(), now),
        record.headers());
  }
}
