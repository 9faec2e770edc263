package dev.verdict.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.batching.TrialLimits;
import dev.verdict.contract.ModelManifest;
import dev.verdict.contract.Review;
import dev.verdict.model.ForwardWorkers;
import dev.verdict.streams.inference.Lineup.Challenger;
import dev.verdict.telemetry.VerdictMeter;
import dev.verdict.text.TokenizedText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShadowWorkTest {
  private static final Duration BUDGET = Duration.ofMillis(20);
  private static final int QUEUE_ROWS = 40;
  private static final int MAX_ROWS = 8;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Timed model = new Timed("v2");
  private long now;
  private final ShadowWork work =
      new ShadowWork(
          new TrialLimits(10, 100, BUDGET, QUEUE_ROWS),
          MAX_ROWS,
          new ForwardWorkers(1),
          new InferenceMeters(registry, List.of()),
          () -> now);

  @Test
  void reviewsWaitForTheChampionThenNothingUntilTheQueueIsHalfFullAndThenOneChunkWithinTheBudget() {
    Optional<Challenger> challenger = challenger(1000);
    List<ShadowReview> offered = offer(QUEUE_ROWS / 2 - 1, 5);
    work.run(challenger, true);
    assertThat(offered).noneMatch(ShadowReview::isDone);

    offered.addAll(offer(1, 5));
    work.run(challenger, true);

    // 1,000 tokens a second for 20 ms are 20 tokens.
    assertThat(offered.stream().filter(ShadowReview::isDone)).hasSize(4);
    assertThat(now).isEqualTo(BUDGET.toNanos());
    assertThat(offered.get(0).result().orElseThrow().version().version()).isEqualTo("v2");
    assertThat(counted("scored")).isEqualTo(4);
  }

  @Test
  void nothingWaitsThenEveryChunkIsWithinTheBudgetAndRowsWhateverTheLengths() {
    for (int length : new int[] {3, 16, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 15}) {
      offer(1, length);
    }

    while (!work.isEmpty()) {
      long before = now;
      work.run(challenger(1000), false);
      assertThat(Duration.ofNanos(now - before)).isLessThanOrEqualTo(BUDGET);
    }

    assertThat(counted("scored")).isEqualTo(14);
    assertThat(model.largest).isLessThanOrEqualTo(MAX_ROWS);
  }

  @Test
  void challengerIsSlowerThanMeasuredAsideThenOnlyItsFirstChunkIsLate() {
    offer(QUEUE_ROWS, 5);
    Challenger challenger = new Challenger(model, 4000);
    work.run(Optional.of(challenger), false);
    assertThat(now).isEqualTo(Duration.ofMillis(40).toNanos());

    while (!work.isEmpty()) {
      long before = now;
      work.run(Optional.of(challenger), false);
      assertThat(Duration.ofNanos(now - before)).isLessThanOrEqualTo(BUDGET);
    }
    assertThat(counted("scored")).isEqualTo(QUEUE_ROWS);
  }

  @Test
  void oneReviewIsTooMuchForTheBudgetThenDroppedUnscoredAndTriedAgainAfterTenSeconds() {
    Challenger slow = new Challenger(model, 200);
    model.nanosPerToken = Duration.ofMillis(5).toNanos();
    List<ShadowReview> offered = offer(10, 10);
    work.run(Optional.of(slow), false);

    assertThat(now).isZero();
    assertThat(offered).allMatch(each -> each.isDone() && each.result().isEmpty());
    assertThat(counted("dropped")).isEqualTo(10);

    now = Duration.ofSeconds(10).toNanos();
    model.nanosPerToken = Duration.ofMillis(1).toNanos();
    List<ShadowReview> later = offer(2, 10);
    work.run(Optional.of(slow), false);
    assertThat(later.get(0).result()).isPresent();
    assertThat(later.get(1).isDone()).isFalse();
    work.run(Optional.of(slow), false);
    assertThat(later.get(1).result()).as("600 tokens a second are 12 in the budget").isPresent();
  }

  @Test
  void queueIsFullThenTheNewestIsDroppedAndCounted() {
    offer(QUEUE_ROWS, 5);

    assertThat(work.offer(answered(5))).isEmpty();
    assertThat(counted("dropped")).isEqualTo(1);
  }

  @Test
  void challengerFailsThenItsChunkIsDroppedAndAfterTenInARowItIsLeftAlone() {
    model.failing = true;
    for (int i = 0; i < 10; i++) {
      List<ShadowReview> offered = offer(1, 5);
      work.run(challenger(1000), false);
      assertThat(offered).allMatch(each -> each.isDone() && each.result().isEmpty());
    }
    assertThat(model.calls).isEqualTo(10);
    assertThat(counted("failed")).isEqualTo(10);

    offer(3, 5);
    work.run(challenger(1000), false);
    assertThat(work.isEmpty()).isTrue();
    assertThat(model.calls).isEqualTo(10);
    assertThat(counted("dropped")).isEqualTo(3);

    List<ShadowReview> ofTheNext = offer(1, 5);
    work.run(Optional.of(new Challenger(new Timed("v3"), 1000)), false);
    assertThat(ofTheNext.get(0).result().orElseThrow().version().version()).isEqualTo("v3");
  }

  @Test
  void challengerGivesNoProbabilitiesThenNothingIsForwarded() {
    model.row = new float[] {Float.NaN, 1};
    List<ShadowReview> offered = offer(1, 5);
    work.run(challenger(1000), false);

    assertThat(offered.get(0).result()).isEmpty();
    assertThat(counted("failed")).isEqualTo(1);
  }

  @Test
  void noChallengerAnyMoreThenWhatWaitsIsDropped() {
    List<ShadowReview> offered = offer(3, 5);
    work.run(Optional.empty(), true);

    assertThat(offered).allMatch(ShadowReview::isDone);
    assertThat(model.calls).isZero();
    assertThat(counted("dropped")).isEqualTo(3);
  }

  private Optional<Challenger> challenger(double tokensPerSecond) {
    return Optional.of(new Challenger(model, tokensPerSecond));
  }

  private List<ShadowReview> offer(int reviews, int words) {
    List<ShadowReview> offered = new ArrayList<>();
    for (int i = 0; i < reviews; i++) {
      offered.add(work.offer(answered(words)).orElseThrow());
    }
    return offered;
  }

  private static PendingReview answered(int words) {
    PendingReview review =
        new PendingReview(
            new Review("word ".repeat(words), Optional.empty(), Map.of()), () -> new byte[1], 0);
    review.complete(
        ScoredReview.of(
            new float[] {0, 1},
            new TokenizedText(new long[words], false),
            new FakeModel("v1").manifest()),
        words);
    return review;
  }

  private double counted(String outcome) {
    return registry
        .get(VerdictMeter.SHADOW_REVIEWS.meterName())
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  /** Takes a millisecond of the test's clock a token. */
  private final class Timed implements ServingModel {
    private final FakeModel fake;
    private long nanosPerToken = Duration.ofMillis(1).toNanos();
    private boolean failing;
    private float[] row = {0.5f, 0.5f};
    private int calls;
    private int largest;

    private Timed(String version) {
      fake = new FakeModel(version);
    }

    @Override
    public ModelManifest manifest() {
      return fake.manifest();
    }

    @Override
    public List<TokenizedText> encode(List<String> texts) {
      return fake.encode(texts);
    }

    @Override
    public float[][] classify(List<TokenizedText> batch) {
      calls++;
      largest = Math.max(largest, batch.size());
      now += nanosPerToken * batch.stream().mapToInt(TokenizedText::length).sum();
      if (failing) {
        throw new IllegalStateException("failing");
      }
      float[][] rows = new float[batch.size()][];
      Arrays.fill(rows, row);
      return rows;
    }

    @Override
    public void close() {
      fake.close();
    }
  }
}
