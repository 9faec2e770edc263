package dev.verdict.streams.status;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.streams.inference.InferenceStalledException;
import dev.verdict.streams.inference.ScoredReview;
import dev.verdict.streams.processing.PredictionMaker;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Answers {@code POST /api/classify}: the body as a record of {@code reviews}, the answer as its
 * prediction would be. Nothing is written to Kafka. One text at a time, whoever asks.
 *
 * <p>Only pages of the same origin may ask from a browser: by {@code Sec-Fetch-Site} or, where a
 * browser does not send that, {@code Origin}; and the body must be declared as JSON, which another
 * origin's page cannot without asking first.
 */
final class ClassifyHandler implements HttpHandler {
  /** A character may be an escape of six bytes in JSON. */
  private static final int JSON_BYTES_PER_BYTE = 6;

  private static final int JSON_BYTES = 1024;
  private static final int NO_PLACE = -1;
  private static final String BUSY = "Another text is being classified, try again in a moment";
  private static final String NO_MODEL =
      "No model serves yet: the first is still being trained or loaded";

  /** Classifies, or says that nothing serves. */
  @FunctionalInterface
  interface Preview {
    /**
     * The score, empty while no version serves.
     *
     * @throws RejectedException if this text cannot be scored
     * @throws InferenceStalledException if nothing came in time
     */
    Optional<ScoredReview> of(Review review) throws RejectedException;
  }

  /**
   * What the page is told.
   *
   * @param tokens that the model read
   * @param unknownTokens those among them that stand for a word outside its vocabulary
   */
  record Answer(
      String label,
      double probability,
      Map<String, Double> probabilities,
      String modelVersion,
      boolean truncated,
      int tokens,
      int unknownTokens,
      double milliseconds) {}

  /** What is sent when the turn is over. */
  private record Reply(int status, Object body, Optional<String> retryAfterSeconds) {
    private static Reply ok(Answer answer) {
      return new Reply(200, answer, Optional.empty());
    }

    private static Reply refusal(int status, String sentence) {
      return new Reply(status, new Responses.Refusal(sentence), Optional.empty());
    }

    private static Reply refusal(int status, String sentence, String retryAfterSeconds) {
      return new Reply(status, new Responses.Refusal(sentence), Optional.of(retryAfterSeconds));
    }
  }

  private final PredictionMaker maker;
  private final Preview preview;
  private final int maxBodyBytes;
  private final Semaphore turn = new Semaphore(1);

  ClassifyHandler(ReviewDecoder decoder, Preview preview) {
    // The box sends JSON, whatever the format of the topic.
    ReviewDecoder json = new ReviewDecoder(decoder.maxTextBytes(), decoder.maxIdBytes());
    this.maker = new PredictionMaker(json, Integer.MAX_VALUE, 0);
    this.preview = preview;
    this.maxBodyBytes =
        (int)
            Math.min(
                Integer.MAX_VALUE - 1L,
                (long) decoder.maxTextBytes() * JSON_BYTES_PER_BYTE + JSON_BYTES);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    if (!exchange.getRequestMethod().equals("POST")) {
      Responses.refuseMethod(exchange, "POST");
    } else if (!sameOrigin(headers)) {
      Responses.refuse(exchange, 403, "Only this page itself may ask from a browser");
    } else if (!isJson(headers)) {
      Responses.refuse(exchange, 415, "Content-Type must be application/json");
    } else {
      send(exchange, turn.tryAcquire() ? inTurn(exchange) : Reply.refusal(429, BUSY, "1"));
    }
  }

  /** The next may come before this one's answer is sent: who waits for it asks again at once. */
  private Reply inTurn(HttpExchange exchange) throws IOException {
    try {
      return reply(exchange);
    } finally {
      turn.release();
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(maxBodyBytes + 1);
    if (body.length > maxBodyBytes) {
      return Reply.refusal(413, "The request must have at most %d bytes".formatted(maxBodyBytes));
    }
    try {
      Review review = maker.decoder().review(body);
      long start = System.nanoTime();
      Optional<ScoredReview> scored = preview.of(review);
      double milliseconds = (System.nanoTime() - start) / 1e6;
      return scored
          .map(each -> Reply.ok(answer(review, each, milliseconds)))
          .orElseGet(() -> Reply.refusal(503, NO_MODEL, "5"));
    } catch (RejectedException e) {
      return Reply.refusal(422, e.getMessage());
    } catch (InferenceStalledException e) {
      return Reply.refusal(503, "The model gave no answer in time: " + e.getMessage(), "5");
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    reply
        .retryAfterSeconds()
        .ifPresent(seconds -> exchange.getResponseHeaders().set("Retry-After", seconds));
    Responses.json(exchange, reply.status(), reply.body());
  }

  private Answer answer(Review review, ScoredReview scored, double milliseconds) {
    Instant now = Instant.now();
    Prediction prediction =
        maker.prediction(scored, NO_PLACE, Long.MAX_VALUE, review, now.toEpochMilli(), now);
    return new Answer(
        prediction.label(),
        prediction.probability(),
        prediction.probabilities(),
        prediction.modelVersion(),
        prediction.truncated(),
        scored.tokens(),
        scored.unknownTokens(),
        milliseconds);
  }

  /** Also what is no browser at all, which sends neither header. */
  private static boolean sameOrigin(Headers headers) {
    String site = headers.getFirst("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin");
    }
    String origin = headers.getFirst("Origin");
    return origin == null
        || authority(origin).equals(Optional.ofNullable(headers.getFirst("Host")));
  }

  private static Optional<String> authority(String origin) {
    try {
      return Optional.ofNullable(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isJson(Headers headers) {
    String type = Optional.ofNullable(headers.getFirst("Content-Type")).orElse("");
    return type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
  }
}
