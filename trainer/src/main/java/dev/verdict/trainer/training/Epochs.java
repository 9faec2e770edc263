package dev.verdict.trainer.training;

import dev.verdict.config.TrainingRecipe.Batches;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The batches of every step of a run, known from the seed alone, so that a run can be taken up
 * again in the middle.
 */
final class Epochs {
  private final List<Integer> firstSteps = new ArrayList<>();
  private final int[] lengths;
  private final Batches batches;
  private final long seed;
  private final int steps;
  private int planned = -1;
  private List<List<Integer>> plan = List.of();

  /**
   * @param lengths tokens of each example
   * @param maxSteps bound of the steps, 0 for none
   */
  Epochs(int[] lengths, Batches batches, int epochs, int maxSteps, long seed) {
    this.lengths = lengths.clone();
    this.batches = batches;
    this.seed = seed;
    int next = 1;
    for (int epoch = 0; epoch < epochs && (maxSteps == 0 || next <= maxSteps); epoch++) {
      firstSteps.add(next);
      next = Math.addExact(next, (planOf(epoch).size() + accumulation() - 1) / accumulation());
    }
    this.steps = maxSteps == 0 ? next - 1 : Math.min(maxSteps, next - 1);
  }

  /** Steps of the whole run. */
  int steps() {
    return steps;
  }

  /**
   * The epoch of a step, from 0.
   *
   * @param step from 1
   */
  int epochOf(int step) {
    int epoch = firstSteps.size() - 1;
    while (firstSteps.get(epoch) > step) {
      epoch--;
    }
    return epoch;
  }

  /** What a step learns from: batches of indexes of examples. */
  List<List<Integer>> batchesOf(int step) {
    int epoch = epochOf(step);
    List<List<Integer>> all = planOf(epoch);
    int from = (step - firstSteps.get(epoch)) * accumulation();
    return all.subList(from, Math.min(all.size(), from + accumulation()));
  }

  private int accumulation() {
    return batches.accumulation();
  }

  private List<List<Integer>> planOf(int epoch) {
    if (epoch != planned) {
      plan = LengthGroupedBatches.plan(lengths, batches, new Random(Seeds.mixed(seed, epoch)));
      planned = epoch;
    }
    return plan;
  }
}
