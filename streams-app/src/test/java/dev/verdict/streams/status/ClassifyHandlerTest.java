package dev.verdict.streams.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.batching.BatchLimits;
import dev.verdict.contract.Json;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewDecoder;
import dev.verdict.streams.inference.Batcher;
import dev.verdict.streams.inference.FakeModel;
import dev.verdict.streams.inference.ModelSlot;
import dev.verdict.streams.inference.ScoredReview;
import dev.verdict.streams.status.ClassifyHandler.Preview;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifyHandlerTest {
  private static final String PATH = "/api/classify";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final ModelSlot slot = new ModelSlot();
  private final Batcher batcher =
      new Batcher(
          slot, new BatchLimits(64, 8, Duration.ofMillis(5)), 1, 100, 1, new SimpleMeterRegistry());
  private volatile Preview preview = this::byTheBatcher;
  private StatusServer server;

  @BeforeEach
  void start() throws IOException {
    slot.swap(new FakeModel("v1"));
    server =
        new StatusServer(
            new ClassifyHandler(new ReviewDecoder(100, 10), review -> preview.of(review)));
  }

  @AfterEach
  void stop() {
    server.close();
    batcher.close();
    slot.close();
  }

  @Test
  void textThenItsPredictionByTheVersionThatServes() throws Exception {
    HttpResponse<String> response = post("{\"text\":\"a good kettle\"}");

    assertThat(response.statusCode()).isEqualTo(200);
    ClassifyHandler.Answer answer = answer(response);
    assertThat(answer.label()).isEqualTo("positive");
    assertThat(answer.probability()).isEqualTo(0.9);
    assertThat(answer.probabilities()).isEqualTo(Map.of("negative", 0.1, "positive", 0.9));
    assertThat(answer.modelVersion()).isEqualTo("v1");
    assertThat(answer.truncated()).isFalse();
    assertThat(answer.milliseconds()).isPositive();
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void championChangesThenTheNextTextIsTheNewOnes() throws Exception {
    post("{\"text\":\"good\"}");
    slot.swap(FakeModel.wrong("v2"));

    assertThat(answer(post("{\"text\":\"good\"}")).modelVersion()).isEqualTo("v2");
    assertThat(answer(post("{\"text\":\"good\"}")).label()).isEqualTo("negative");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\":\"  \"}|text is blank, must hold something to classify",
        "{}|text is missing, must be a string",
        "{\"text\":7}|text must be a JSON string",
        "{\"text\":\"explode\"}|model v1 failed: exploded"
      })
  void unusableTextThen422AndWhy(String body, String why) throws Exception {
    HttpResponse<String> response = post(body);

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(error(response)).isEqualTo(why);
  }

  @Test
  void noJsonThen422() throws Exception {
    HttpResponse<String> response = post("good");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(error(response)).startsWith("value is not JSON: Unrecognized token");
  }

  @Test
  void textOverTheLimitOfReviewsThen422() throws Exception {
    assertThat(error(post("{\"text\":\"" + "x".repeat(101) + "\"}")))
        .isEqualTo("text has 101 bytes, must have at most 100");
  }

  @Test
  void bodyFarOverWhatATextMayNeedThen413() throws Exception {
    HttpResponse<String> response = post("{\"text\":\"" + "x".repeat(10_000) + "\"}");

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(error(response)).isEqualTo("The request must have at most 1624 bytes");
  }

  @Test
  void noChampionThen503InASentence() throws Exception {
    preview = review -> Optional.empty();

    HttpResponse<String> response = post("{\"text\":\"good\"}");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(error(response))
        .isEqualTo("No model serves yet: the first is still being trained or loaded");
    assertThat(response.headers().firstValue("Retry-After")).contains("5");
  }

  @Test
  void modelGivesNoAnswerThen503() throws Exception {
    // Within no time at all, while the batch waits for others.
    preview = review -> Optional.of(batcher.preview(review, new byte[] {1}, Duration.ZERO));

    assertThat(post("{\"text\":\"good\"}").statusCode()).isEqualTo(503);
  }

  @Test
  void anotherTextIsBeingClassifiedThen429AndTheNextIsAnswered() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    preview =
        review -> {
          inside.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return byTheBatcher(review);
        };
    CompletableFuture<Integer> first =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return post("{\"text\":\"good\"}").statusCode();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    inside.await();

    assertThat(post("{\"text\":\"good\"}").statusCode()).isEqualTo(429);
    go.countDown();
    assertThat(first.get()).isEqualTo(200);
    assertThat(post("{\"text\":\"good\"}").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site,cross-site",
    "Sec-Fetch-Site,same-site",
    "Sec-Fetch-Site,none",
    "Origin,http://elsewhere.example",
    "Origin,null",
    "Origin,not a uri"
  })
  void pageOfAnotherOriginThen403(String header, String value) throws Exception {
    HttpResponse<String> response = server.send(json("{\"text\":\"good\"}").header(header, value));

    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void pageOfTheSameOriginThenAnAnswerAlsoBehindAProxy() throws Exception {
    assertThat(
            server
                .send(json("{\"text\":\"good\"}").header("Origin", "http://" + server.authority()))
                .statusCode())
        .isEqualTo(200);
    assertThat(
            server
                .send(
                    json("{\"text\":\"good\"}")
                        .header("Sec-Fetch-Site", "same-origin")
                        .header("Origin", "https://verdict.example"))
                .statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"text/plain", "application/x-www-form-urlencoded", "application/jsonp"})
  void bodyIsNotSaidToBeJsonThen415(String type) throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request(PATH)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"text\":\"good\"}")));

    assertThat(response.statusCode()).isEqualTo(415);
  }

  @Test
  void getThen405() throws Exception {
    assertThat(server.get(PATH).statusCode()).isEqualTo(405);
  }

  private Optional<ScoredReview> byTheBatcher(Review review) throws RejectedException {
    return Optional.of(batcher.preview(review, new byte[] {1}, TIMEOUT));
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return server.send(json(body));
  }

  private HttpRequest.Builder json(String body) {
    return server
        .request(PATH)
        .header("Content-Type", "application/json; charset=utf-8")
        .POST(BodyPublishers.ofString(body));
  }

  private static ClassifyHandler.Answer answer(HttpResponse<String> response) throws IOException {
    return Json.read(
        response.body().getBytes(StandardCharsets.UTF_8), ClassifyHandler.Answer.class);
  }

  private static String error(HttpResponse<String> response) throws IOException {
    return Json.read(response.body().getBytes(StandardCharsets.UTF_8), Responses.Refusal.class)
        .error();
  }
}
