package dev.verdict.trainer.training;

import dev.verdict.evaluation.HoldOut;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which examples teach, which choose the checkpoint, and which no version is ever trained on.
 *
 * @param training what the weights are learned from
 * @param validation what the best checkpoint is chosen on
 * @param heldOut what the gate compares on, in the order given
 */
public record Split(List<Example> training, List<Example> validation, List<Example> heldOut) {

  public Split {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * Leaves out the hold-out and splits the rest, every class in the same share. The order of the
   * examples does not matter.
   *
   * @param validationPercent share of the trainable examples of each class, rounded; a class of two
   *     or more has at least one example on either side, a class of one is trained on
   */
  public static Split of(
      Collection<Example> examples, HoldOut holdOut, int validationPercent, long seed) {
    List<Example> heldOut = new ArrayList<>();
    Map<String, List<Example>> byClass = new TreeMap<>();
    for (Example example : examples) {
      if (holdOut.contains(example.id())) {
        heldOut.add(example);
      } else {
        byClass.computeIfAbsent(example.label(), label -> new ArrayList<>()).add(example);
      }
    }
    List<Example> training = new ArrayList<>();
    List<Example> validation = new ArrayList<>();
    Random random = new Random(seed);
    for (List<Example> sameClass : byClass.values()) {
      sameClass.sort(Comparator.comparing(Example::id).thenComparing(Example::text));
      Collections.shuffle(sameClass, random);
      int count = validationCount(sameClass.size(), validationPercent);
      validation.addAll(sameClass.subList(0, count));
      training.addAll(sameClass.subList(count, sameClass.size()));
    }
    return new Split(training, validation, heldOut);
  }

  /** The same with the newest of the held-out examples alone, which come oldest first. */
  public Split withNewestHeldOut(int most) {
    return new Split(
        training, validation, heldOut.subList(Math.max(0, heldOut.size() - most), heldOut.size()));
  }

  /** The same with more to train on; an id that is known already is left out. */
  public Split withTraining(List<Example> more) {
    Set<String> known = new HashSet<>();
    Stream.of(training, validation, heldOut)
        .forEach(part -> part.forEach(example -> known.add(example.id())));
    List<Example> all = new ArrayList<>(training);
    more.stream().filter(example -> known.add(example.id())).forEach(all::add);
    return new Split(all, validation, heldOut);
  }

  /** What the run may learn from in any way: the training and the validation part. */
  public Stream<Example> trainable() {
    return Stream.concat(training.stream(), validation.stream());
  }

  private static int validationCount(int examples, int percent) {
    if (examples < 2) {
      return 0;
    }
    int rounded = (int) Math.round(examples * percent / 100.0);
    return Math.max(1, Math.min(examples - 1, rounded));
  }
}
