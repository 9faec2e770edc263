package dev.verdict.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPlannerTest {
  @Test
  void exampleOfTheJavadocThenItsBatches() {
    int[] lengths = {3, 100, 4, 90};

    List<List<Integer>> batches = new BatchPlanner(190, 256).plan(lengths);

    assertThat(batches).containsExactly(List.of(1, 3), List.of(2, 0));
    assertThat(batches.stream().map(batch -> tokens(batch, lengths))).containsExactly(190L, 7L);
  }

  @Test
  void nothingThenNoBatch() {
    assertThat(new BatchPlanner(200, 256).plan(new int[0])).isEmpty();
  }

  @Test
  void sumAtTheTokenBudgetThenOneBatchAndOneTokenLessThenTwo() {
    int[] lengths = {10, 10, 10};

    assertThat(new BatchPlanner(30, 256).plan(lengths)).containsExactly(List.of(0, 1, 2));
    assertThat(new BatchPlanner(29, 256).plan(lengths)).containsExactly(List.of(0, 1), List.of(2));
  }

  @Test
  void rowsAtTheLimitThenOneBatchAndOneMoreThenTwo() {
    BatchPlanner planner = new BatchPlanner(1000, 3);

    assertThat(planner.plan(new int[] {1, 1, 1})).containsExactly(List.of(0, 1, 2));
    assertThat(planner.plan(new int[] {1, 1, 1, 1})).containsExactly(List.of(0, 1, 2), List.of(3));
  }

  @Test
  void rowLongerThanTheBudgetThenABatchOfItsOwn() {
    assertThat(new BatchPlanner(50, 256).plan(new int[] {5, 512, 5}))
        .containsExactly(List.of(1), List.of(0, 2));
  }

  @Test
  void equalLengthsThenTheOrderOfArrivalIsKept() {
    assertThat(new BatchPlanner(1000, 256).plan(new int[] {7, 7, 9, 7}))
        .containsExactly(List.of(2, 0, 1, 3));
  }

  @Test
  void hugeLengthsThenNoOverflow() {
    assertThat(new BatchPlanner(Integer.MAX_VALUE, 256).plan(new int[] {1 << 30, 1 << 30, 1 << 30}))
        .containsExactly(List.of(0), List.of(1), List.of(2));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomLengthsThenEveryIndexOnceWithinTheLimits(long seed) {
    Random random = new Random(seed);
    int maxTokens = 16 + random.nextInt(2000);
    int maxRows = 1 + random.nextInt(64);
    int[] lengths =
        IntStream.range(0, 500).map(i -> 2 + random.nextInt(1 + random.nextInt(512))).toArray();

    List<List<Integer>> batches = new BatchPlanner(maxTokens, maxRows).plan(lengths);

    List<Integer> planned = new ArrayList<>();
    batches.forEach(planned::addAll);
    assertThat(planned)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 500).boxed().toList());
    for (List<Integer> batch : batches) {
      assertThat(batch).hasSizeBetween(1, maxRows);
      assertThat(batch.size() == 1 || tokens(batch, lengths) <= maxTokens).isTrue();
    }
    assertThat(planned.stream().map(index -> lengths[index]))
        .isSortedAccordingTo((a, b) -> Integer.compare(b, a));
  }

  @Test
  void lengthsLikeReviewsThenBatchesAreNearlyFull() {
    Random random = new Random(1);
    int[] lengths = IntStream.range(0, 256).map(i -> 3 + random.nextInt(126)).toArray();

    List<List<Integer>> batches = new BatchPlanner(1024, 256).plan(lengths);

    assertThat(batches.subList(0, batches.size() - 1))
        .allSatisfy(batch -> assertThat(tokens(batch, lengths)).isGreaterThan(1024 - 128));
  }

  @Test
  void reasonGivenThenTheLastBatchHasItAndThoseBeforeAreFull() {
    assertThat(new BatchPlanner(20, 256).plan(new int[] {10, 10, 10}, CloseReason.WAITED))
        .containsExactly(
            new PlannedBatch(List.of(0, 1), CloseReason.FULL),
            new PlannedBatch(List.of(2), CloseReason.WAITED));
    assertThat(new BatchPlanner(20, 256).plan(new int[0], CloseReason.WAITED)).isEmpty();
  }

  @Test
  void fewTextsForSeveralAtATimeThenSpreadEvenly() {
    int[] lengths = {3, 100, 4, 90};
    assertThat(new BatchPlanner(190, 256, 2).plan(lengths, CloseReason.WAITED))
        .as("the example of the documentation")
        .containsExactly(
            new PlannedBatch(List.of(1), CloseReason.WAITED),
            new PlannedBatch(List.of(3, 2, 0), CloseReason.WAITED));
    assertThat(new BatchPlanner(190, 256, 2).plan(new int[] {30, 40, 50}))
        .as("not worth two")
        .containsExactly(List.of(2, 1, 0));
    assertThat(new BatchPlanner(190, 256, 2).plan(new int[0])).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void manyTextsForSeveralAtATimeThenEachHasAsManyBatches(int sideBySide) {
    Random random = new Random(1);
    int[] lengths = IntStream.range(0, 900).map(i -> 10 + random.nextInt(118)).toArray();

    List<PlannedBatch> batches =
        new BatchPlanner(2048, 256, sideBySide).plan(lengths, CloseReason.DRAINED);

    assertThat(batches.size() % sideBySide).isZero();
    assertThat(batches).hasSizeBetween(31, 40);
    assertThat(batches.stream().flatMap(batch -> batch.rows().stream()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 900).boxed().toList());
    assertThat(batches)
        .allSatisfy(batch -> assertThat(tokens(batch.rows(), lengths)).isBetween(1500L, 2048L));
    assertThat(batches.stream().map(PlannedBatch::closed))
        .endsWith(CloseReason.FULL, CloseReason.DRAINED);
  }

  @ParameterizedTest
  @CsvSource({"0,1", "1,0", "-1,5"})
  void limitBelowOneThenRefused(int maxTokens, int maxRows) {
    assertThatThrownBy(() -> new BatchPlanner(new BatchLimits(maxTokens, maxRows, Duration.ZERO)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "maxTokens is %d, maxRows %d and sideBySide 1, all must be at least 1",
            maxTokens, maxRows);
  }

  private static long tokens(List<Integer> batch, int[] lengths) {
    return batch.stream().mapToLong(index -> lengths[index]).sum();
  }
}
