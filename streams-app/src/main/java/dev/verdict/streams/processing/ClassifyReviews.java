package dev.verdict.streams.processing;

import dev.verdict.contract.PredictedReview;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.PendingReview;
import dev.verdict.streams.inference.Prefetch;
import dev.verdict.streams.inference.ScoredReview;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Turns each record of {@code reviews} into a prediction or a dead letter, in order. The model has
 * usually scored a review before it comes here ({@link Prefetch}).
 */
final class ClassifyReviews extends AnsweringProcessor<PredictedReview> {
  /** What a prediction may need besides the review's own key, headers and text. */
  private static final int PREDICTION_BYTES = 2048;

  /**
   * Bytes that one character of a text may need in JSON: an escape such as {@code \}{@code u0001}.
   */
  private static final int JSON_BYTES_PER_CHARACTER = 6;

  /**
   * What classifying needs.
   *
   * @param timeout longest wait for one review
   * @param outputMaxBytes largest record that may be written to any topic but the dead letters
   */
  record Settings(
      ReviewDecoder decoder,
      Batcher batcher,
      Prefetch prefetch,
      Duration timeout,
      int outputMaxBytes) {}

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
    byte[] id = id(record, place);
    PendingReview pending =
        prefetched.isPresent()
            ? prefetched.get()
            : settings.batcher.submit(settings.decoder.review(record.value()));
    Review review = pending.review();
    checkSize(record, id, review);
    ScoredReview scored = settings.batcher.await(pending, settings.timeout);

    Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
    Instant eventTime = review.timestamp().orElse(Instant.ofEpochMilli(record.timestamp()));
    Prediction prediction = prediction(scored, place, eventTime, now);
    meters.prediction(
        prediction.label(),
        scored.version(),
        Duration.between(Instant.ofEpochMilli(record.timestamp()), now));
    SourceHeaders.add(record.headers(), place.partition(), place.offset());
    // Not the event time: topics forget by record time, and replayed old reviews' predictions would
    // be gone at once. Nor the future: brokers refuse it, which ends the transaction.
    long timestamp = Math.min(record.timestamp(), now.toEpochMilli());
    return new Record<>(
        id,
        new Outcome.Accepted<>(new PredictedReview(review.text(), prediction)),
        timestamp,
        record.headers());
  }

  private byte[] id(Record<byte[], byte[]> record, RecordMetadata place) throws RejectedException {
    return settings
        .decoder
        .id(Optional.ofNullable(record.key()))
        .orElse("%s-%d-%d".formatted(place.topic(), place.partition(), place.offset()))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Found before producing: a record that is too large would abort the whole transaction. */
  private void checkSize(Record<byte[], byte[]> record, byte[] id, Review review)
      throws RejectedException {
    long headers = PREDICTION_BYTES;
    for (Header header : record.headers()) {
      headers += header.key().length() + 16L + (header.value() == null ? 0 : header.value().length);
    }
    long bytes =
        id.length
            + Math.max(headers, (long) review.text().length() * JSON_BYTES_PER_CHARACTER)
            + PREDICTION_BYTES;
    if (bytes > settings.outputMaxBytes) {
      throw new RejectedException(
          Stage.PRODUCE,
          Reason.OUTPUT_TOO_LARGE,
          "review needs up to %d bytes as a record, must be at most %d (output.max.bytes)"
              .formatted(bytes, settings.outputMaxBytes));
    }
  }

  private static Prediction prediction(
      ScoredReview scored, RecordMetadata place, Instant reviewTime, Instant now) {
    List<String> labels = scored.version().labels();
    Map<String, Double> probabilities = new LinkedHashMap<>();
    int best = 0;
    for (int i = 0; i < labels.size(); i++) {
      probabilities.put(labels.get(i), shortest(scored.probabilities().get(i)));
      if (scored.probabilities().get(i) > scored.probabilities().get(best)) {
        best = i;
      }
    }
    return new Prediction(
        labels.get(best),
        shortest(scored.probabilities().get(best)),
        probabilities,
        scored.version().version(),
        reviewTime,
        now,
        scored.truncated(),
        scored.version().hasSeen(place.partition(), place.offset()));
  }

  /** The double whose decimal digits are the float's own, without those of its binary expansion. */
  private static double shortest(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}
