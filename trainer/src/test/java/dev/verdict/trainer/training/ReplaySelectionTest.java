package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.HoldOut;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplaySelectionTest {
  private static final HoldOut HOLD_OUT = new HoldOut(20);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void moreThanFitThenTheNewestAndASampleOfTheOlder() {
    ReplaySelection selection = new ReplaySelection(HOLD_OUT, 100, 0.4, 30, 5);
    fill(selection, 0, 1000);

    List<String> chosen = ids(selection.trainable());
    List<String> newest =
        IntStream.iterate(999, i -> i - 1)
            .mapToObj(i -> "id" + i)
            .filter(id -> !HOLD_OUT.contains(id))
            .limit(40)
            .toList();
    assertThat(chosen).hasSize(100).doesNotHaveDuplicates().containsAll(newest);
    // A uniform sample of 60 of some 760 older ones has about half of them before the middle.
    assertThat(chosen).noneMatch(HOLD_OUT::contains);
    assertThat(chosen.stream().filter(id -> Integer.parseInt(id.substring(2)) < 475).count())
        .isBetween(20L, 40L);
  }

  @Test
  void heldOutThenTheNewestOldestFirst() {
    ReplaySelection selection = new ReplaySelection(HOLD_OUT, 100, 0.4, 30, 5);
    fill(selection, 0, 1000);

    List<String> expected =
        IntStream.range(0, 1000).mapToObj(i -> "id" + i).filter(HOLD_OUT::contains).toList();
    assertThat(ids(selection.heldOut()))
        .isEqualTo(expected.subList(expected.size() - 30, expected.size()));
  }

  @Test
  void fewerThanFitThenAll() {
    ReplaySelection selection = new ReplaySelection(new HoldOut(0), 100, 0.5, 30, 5);
    fill(selection, 0, 80);

    assertThat(selection.trainable()).hasSize(80);
  }

  @Test
  void repeatedIdThenOnceWithItsLastLabel() {
    ReplaySelection selection = new ReplaySelection(new HoldOut(0), 10, 0.2, 5, 5);
    fill(selection, 0, 8);
    selection.add(new Example("id1", "again", "negative"), START.plusSeconds(100));
    selection.add(new Example("id1", "late but older", "positive"), START);

    assertThat(selection.trainable())
        .hasSize(8)
        .filteredOn(example -> example.id().equals("id1"))
        .containsExactly(new Example("id1", "again", "negative"));
  }

  @Test
  void otherOrderOfTheSameExamplesThenTheSameChoice() {
    ReplaySelection one = new ReplaySelection(HOLD_OUT, 50, 0.5, 30, 5);
    ReplaySelection other = new ReplaySelection(HOLD_OUT, 50, 0.5, 30, 5);
    List<Integer> order = new ArrayList<>(IntStream.range(0, 500).boxed().toList());
    fill(one, 0, 500);
    Collections.shuffle(order, new Random(1));
    order.forEach(i -> other.add(example(i), START.plusSeconds(i)));

    assertThat(ids(other.trainable())).isEqualTo(ids(one.trainable()));
  }

  private static void fill(ReplaySelection selection, int from, int to) {
    for (int i = from; i < to; i++) {
      selection.add(example(i), START.plusSeconds(i));
    }
  }

  private static Example example(int i) {
    return new Example("id" + i, "text " + i, "positive");
  }

  private static List<String> ids(List<Example> examples) {
    return examples.stream().map(Example::id).toList();
  }
}
