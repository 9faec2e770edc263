package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthGroupedBatchesTest {
  private final int[] lengths = new Random(3).ints(1003, 3, 129).toArray();

  @Test
  void oneEpochThenEveryExampleIsInExactlyOneBatch() {
    List<List<Integer>> batches = LengthGroupedBatches.plan(lengths, 8, new Random(1));

    assertThat(batches.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(IntStream.range(0, 1003).boxed().toList());
    assertThat(batches).hasSize(126).allMatch(batch -> batch.size() <= 8);
  }

  @Test
  void groupedThenMuchLessIsPaddedThanInRandomOrder() {
    long grouped = padded(LengthGroupedBatches.plan(lengths, 8, new Random(1)));
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

    assertThat(LengthGroupedBatches.plan(lengths, 8, order))
        .isNotEqualTo(LengthGroupedBatches.plan(lengths, 8, order));
  }

  @Test
  void fewerExamplesThanABatchThenOneBatch() {
    assertThat(LengthGroupedBatches.plan(new int[] {5, 3}, 8, new Random(1)))
        .containsExactly(List.of(1, 0));
  }

  @Test
  void noRowsThenRefused() {
    assertThatThrownBy(() -> LengthGroupedBatches.plan(lengths, 0, new Random(1)))
        .hasMessage("Rows of a batch are 0, must be at least 1");
  }

  private long padded(List<List<Integer>> batches) {
    return batches.stream()
        .mapToLong(
            batch -> (long) batch.size() * batch.stream().mapToInt(i -> lengths[i]).max().orElse(0))
        .sum();
  }
}
