package dev.verdict.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.evaluation.HoldOut;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static final HoldOut HOLD_OUT = new HoldOut(20);

  private final List<Example> examples =
      IntStream.range(0, 1000)
          .mapToObj(i -> new Example("id" + i, "text " + i, i % 10 == 0 ? "rare" : "common"))
          .toList();

  @Test
  void anyExamplesThenEveryOneIsInExactlyOnePart() {
    Split split = Split.of(examples, HOLD_OUT, 25, 7);

    List<String> ids =
        Stream.of(split.training(), split.validation(), split.heldOut())
            .flatMap(List::stream)
            .map(Example::id)
            .toList();
    assertThat(ids).hasSize(1000).doesNotHaveDuplicates();
  }

  @Test
  void heldOutIdThenItIsNeitherTrainedNorValidatedOn() {
    Split split = Split.of(examples, HOLD_OUT, 25, 7);

    assertThat(split.trainable()).noneMatch(example -> HOLD_OUT.contains(example.id()));
    assertThat(split.heldOut()).isNotEmpty().allMatch(example -> HOLD_OUT.contains(example.id()));
  }

  @Test
  void unequalClassesThenEachGivesTheSameShareToValidation() {
    Split split = Split.of(examples, HOLD_OUT, 25, 7);

    for (String label : List.of("rare", "common")) {
      long all = split.trainable().filter(example -> example.label().equals(label)).count();
      long validated =
          split.validation().stream().filter(example -> example.label().equals(label)).count();
      assertThat(validated).isEqualTo(Math.round(all * 0.25));
    }
  }

  @Test
  void otherOrderOfTheSameExamplesThenTheSameSplit() {
    List<Example> shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, new Random(1));

    assertThat(Split.of(shuffled, HOLD_OUT, 25, 7).validation())
        .isEqualTo(Split.of(examples, HOLD_OUT, 25, 7).validation());
  }

  @Test
  void otherSeedThenAnotherSplit() {
    Set<Example> one = new HashSet<>(Split.of(examples, HOLD_OUT, 25, 7).validation());
    Set<Example> other = new HashSet<>(Split.of(examples, HOLD_OUT, 25, 8).validation());

    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void moreToTrainOnThenOnlyNewIdsAndOnlyThere() {
    Split split = Split.of(examples, HOLD_OUT, 25, 7);
    Example added = new Example("added", "x", "one");
    Split more = split.withTraining(List.of(added, split.heldOut().get(0), added));

    assertThat(more.training()).endsWith(added).hasSize(split.training().size() + 1);
    assertThat(more.validation()).isEqualTo(split.validation());
    assertThat(more.heldOut()).isEqualTo(split.heldOut());
  }

  @Test
  void smallClassesThenOneOfTwoIsValidatedOnAndASingleOneIsTrainedOn() {
    List<Example> few =
        List.of(
            new Example("a", "x", "two"),
            new Example("b", "y", "two"),
            new Example("c", "z", "one"));

    Split split = Split.of(few, new HoldOut(0), 1, 7);

    assertThat(split.validation()).extracting(Example::label).containsExactly("two");
    assertThat(split.training()).extracting(Example::label).containsExactlyInAnyOrder("one", "two");
  }
}
