package dev.verdict.streams.processing;

import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.contract.SourceHeaders;
import dev.verdict.contract.TraceHeaders;
import dev.verdict.streams.inference.ScoredReview;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Makes the record of a prediction from a review and its score, in the stream and in a replay
 * alike.
 *
 * @param outputMaxBytes largest record that may be written to any topic but the dead letters
 * @param maxHeadersBytes of a review's headers that go on to its prediction
 */
public record PredictionMaker(ReviewDecoder decoder, int outputMaxBytes, int maxHeadersBytes) {
  /** What a prediction may need besides the review's own key, headers and text. */
  private static final int PREDICTION_BYTES = 2048;

  /**
   * Bytes that one character of a text may need in JSON: an escape such as {@code \}{@code u0001}.
   */
  private static final int JSON_BYTES_PER_CHARACTER = 6;

  /** The review's id: its key, or its place where it has none. */
  public byte[] id(String topic, int partition, long offset, Optional<byte[]> key)
      throws RejectedException {
    return decoder
        .id(key)
        .orElseGet(() -> ReviewDecoder.madeUpId(topic, partition, offset))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The headers of the prediction of the review at that place, which has these. */
  public Headers headers(Headers review, int partition, long offset) {
    Headers passed = TraceHeaders.passed(review, maxHeadersBytes);
    SourceHeaders.add(passed, partition, offset);
    return passed;
  }

  /**
   * Found before producing: a record that is too large would abort the whole transaction.
   *
   * @param predictionHeaders as {@link #headers} makes them
   */
  public void checkSize(Headers predictionHeaders, byte[] id, Review review)
      throws RejectedException {
    long headers = PREDICTION_BYTES;
    for (Header header : predictionHeaders) {
      headers += header.key().length() + 16L + (header.value() == null ? 0 : header.value().length);
    }
    long bytes =
        id.length
            + Math.max(headers, (long) review.text().length() * JSON_BYTES_PER_CHARACTER)
            + PREDICTION_BYTES;
    if (bytes > outputMaxBytes) {
      throw new RejectedException(
          Stage.PRODUCE,
          Reason.OUTPUT_TOO_LARGE,
          "review needs up to %d bytes as a record, must be at most %d (output.max.bytes)"
              .formatted(bytes, outputMaxBytes));
    }
  }

  /**
   * The prediction of the review at that place.
   *
   * @param recordTime of the review's record, milliseconds since 1970
   */
  public Prediction prediction(
      ScoredReview scored,
      int partition,
      long offset,
      Review review,
      long recordTime,
      Instant now) {
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
        review.timestamp().orElse(Instant.ofEpochMilli(recordTime)),
        now,
        scored.truncated(),
        scored.version().hasSeen(partition, offset));
  }

  /**
   * The time of the prediction's record. Not the event time: topics forget by record time, and
   * replayed old reviews' predictions would be gone at once. Nor the future: brokers refuse it,
   * which ends the transaction.
   *
   * @param reviewTime of the review's record, milliseconds since 1970
   */
  public static long recordTime(long reviewTime, Instant now) {
    return Math.min(reviewTime, now.toEpochMilli());
  }

  /** The double whose decimal digits are the float's own, without those of its binary expansion. */
  private static double shortest(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}
