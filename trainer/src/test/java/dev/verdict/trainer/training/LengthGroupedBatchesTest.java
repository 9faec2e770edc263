package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.config.TrainingRecipe.Batches;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthGroupedBatchesTest {
  private static final Batches ROWS = new Batches(8, 0, 1);

  private final int[] lengths = new Random(3).ints(1003, 3, 129).toArray();

  @Test
  void oneEpochThenEveryExampleIsInExactlyOneBatch() {
    List<List<Integer>> batches = LengthGroupedBatches.plan(lengths, ROWS, new Random(1));

    assertThat(batches.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(IntStream.range(0, 1003).boxed().toList());
    assertThat(batches).hasSize(126).allMatch(batch -> batch.size() <= 8);
  }

  @Test
  void groupedThenLengthsOfABatchDifferMuchLessThanInRandomOrder() {
    long grouped = padded(LengthGroupedBatches.plan(lengths, ROWS, new Random(1)));
    List<Integer> inOrder = IntStream.range(0, lengths.length).boxed().toList();
    long random =
        padded(
            IntStream.range(0, 126)
                .mapToObj(i -> inOrder.subList(i * 8, Math.min(1003, i * 8 + 8)))
                .toList());
    long real = IntStream.of(lengths).sum();

    assertThat(grouped - real).isLessThan((random - real) / 10);
  }

  @Test
  void nextEpochThenOtherBatches() {
    Random order = new Random(1);

    assertThat(LengthGroupedBatches.plan(lengths, ROWS, order))
        .isNotEqualTo(LengthGroupedBatches.plan(lengths, ROWS, order));
  }

  @Test
  void fewerExamplesThanABatchThenOneBatch() {
    assertThat(LengthGroupedBatches.plan(new int[] {5, 3}, ROWS, new Random(1)))
        .containsExactly(List.of(1, 0));
  }

  @Test
  void boundOfTokensThenNoBatchIsLargerAndShortTextsAreManyToABatch() {
    List<List<Integer>> batches =
        LengthGroupedBatches.plan(lengths, new Batches(64, 512, 1), new Random(1));

    assertThat(batches.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(IntStream.range(0, 1003).boxed().toList());
    assertThat(batches)
        .allMatch(batch -> tokens(batch) <= 512 && batch.size() <= 64)
        .anyMatch(batch -> batch.size() > 20)
        .anyMatch(batch -> batch.size() == 4);
  }

  @Test
  void textLongerThanTheBoundThenABatchOfItsOwn() {
    assertThat(
            LengthGroupedBatches.plan(new int[] {90, 20, 80}, new Batches(8, 50, 1), new Random(1)))
        .containsExactlyInAnyOrder(List.of(0), List.of(1), List.of(2));
  }

  private long tokens(List<Integer> batch) {
    return batch.stream().mapToLong(i -> lengths[i]).sum();
  }

  /** What padding would come to. */
  private long padded(List<List<Integer>> batches) {
    return batches.stream()
        .mapToLong(
            batch -> (long) batch.size() * batch.stream().mapToInt(i -> lengths[i]).max().orElse(0))
        .sum();
  }
}
