package dev.verdict.benchmarks.jmh;

import dev.verdict.contract.Json;
import dev.verdict.contract.Prediction;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.Review;
import dev.verdict.contract.ReviewDecoder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** JSON of the two topics that every review goes through. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SerdeBenchmark {
  private static final int MAX_TEXT_BYTES = 65_536;
  private static final int MAX_ID_BYTES = 256;

  private final ReviewDecoder decoder = new ReviewDecoder(MAX_TEXT_BYTES, MAX_ID_BYTES);
  private byte[] review;
  private Prediction prediction;

  /** Makes a review and a prediction. */
  @Setup
  public void make() {
    review =
        Json.write(
            new Review(GeneratedTexts.of(1).get(0), Optional.empty(), Map.of("product", "kettle")));
    Instant time = Instant.parse("2026-01-01T00:00:00Z");
    prediction =
        new Prediction(
            "positive",
            0.75,
            Map.of("negative", 0.05, "neutral", 0.2, "positive", 0.75),
            "v000007-0a1b2c3d",
            time,
            time,
            false,
            false);
  }

  @Benchmark
  public Review decodeReview() throws RejectedException {
    return decoder.review(review);
  }

  @Benchmark
  public byte[] encodePrediction() {
    return Json.write(prediction);
  }
}
