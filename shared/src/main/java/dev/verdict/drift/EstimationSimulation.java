package dev.verdict.drift;

import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.MacroF1Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What {@link EstimatedPerformance} says where the truth is known. A review of class {@code y}
 * shows the model one number a class, normal with variance 1 and mean {@code separation} for {@code
 * y}, 0 for the others. The model answers with Bayes' rule for the mix of classes it was trained
 * on, so its probabilities are honest until something changes that it does not see.
 */
public final class EstimationSimulation {
  private static final double[] BALANCED = {0.5, 0.3, 0.2};

  private EstimationSimulation() {}

  /**
   * Reviews and how they differ from those the model was trained on.
   *
   * @param name for people
   * @param trainingMix share of each class in training
   * @param mix share of each class now
   * @param separation of the classes; the model knows it, so smaller is harder, not wrong
   * @param sharpness factor of the model's logits: 1 is calibrated, above is overconfident
   * @param relabelled share of reviews whose class is now the next one, unseen by the model
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared nowhere.
  public record Scenario(
      String name,
      double[] trainingMix,
      double[] mix,
      double separation,
      double sharpness,
      double relabelled) {}

  /**
   * Means over windows.
   *
   * @param realised macro F1 by the labels
   * @param estimated macro F1 without them, of the same reviews
   * @param error mean absolute difference of the two in a window
   * @param above share of windows whose estimate is above the 95% interval of the realised one
   */
  public record Result(
      Scenario scenario,
      int labels,
      double realised,
      double estimated,
      double error,
      double above) {}

  /** One without a change and one for each change. */
  public static List<Scenario> scenarios() {
    double[] other = {0.2, 0.3, 0.5};
    return List.of(
        new Scenario("no change", BALANCED, BALANCED, 2.5, 1, 0),
        new Scenario("harder reviews", BALANCED, BALANCED, 1.5, 1, 0),
        new Scenario("other mix of classes", BALANCED, other, 2.5, 1, 0),
        new Scenario("overconfident model", BALANCED, BALANCED, 2.5, 2, 0),
        new Scenario("5% mean another class", BALANCED, BALANCED, 2.5, 1, 0.05),
        new Scenario("20% mean another class", BALANCED, BALANCED, 2.5, 1, 0.2),
        new Scenario("harder, 20% another class", BALANCED, BALANCED, 1.5, 1, 0.2));
  }

  /**
   * Draws windows.
   *
   * @param labels of each window
   * @param windows how many
   */
  public static Result measure(Scenario scenario, int labels, int windows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> classes = new ArrayList<>();
    for (int i = 0; i < scenario.mix().length; i++) {
      classes.add("class " + i);
    }
    double realised = 0;
    double estimated = 0;
    double error = 0;
    int above = 0;
    for (int window = 0; window < windows; window++) {
      ConfusionMatrix matrix = new ConfusionMatrix(classes);
      EstimatedPerformance estimate = new EstimatedPerformance(classes);
      for (int i = 0; i < labels; i++) {
        review(scenario, random, classes, matrix, estimate);
      }
      double expected = estimate.macroF1().orElseThrow();
      realised += matrix.macroF1();
      estimated += expected;
      error += Math.abs(matrix.macroF1() - expected);
      above += expected > MacroF1Interval.ofWindow(matrix).high() ? 1 : 0;
    }
    return new Result(
        scenario,
        labels,
        realised / windows,
        estimated / windows,
        error / windows,
        (double) above / windows);
  }

  private static void review(
      Scenario scenario,
      SplittableRandom random,
      List<String> classes,
      ConfusionMatrix matrix,
      EstimatedPerformance estimate) {
    int shown = drawn(scenario.mix(), random.nextDouble());
    List<Double> probabilities = posterior(scenario, shown, random);
    estimate.add(probabilities);
    int predicted = 0;
    for (int i = 1; i < probabilities.size(); i++) {
      predicted = probabilities.get(i) > probabilities.get(predicted) ? i : predicted;
    }
    boolean relabelled = random.nextDouble() < scenario.relabelled();
    int actual = relabelled ? (shown + 1) % classes.size() : shown;
    matrix.add(classes.get(actual), classes.get(predicted));
  }

  private static int drawn(double[] mix, double draw) {
    int index = 0;
    double upTo = mix[0];
    while (index < mix.length - 1 && draw >= upTo) {
      index++;
      upTo += mix[index];
    }
    return index;
  }

  private static List<Double> posterior(Scenario scenario, int shown, SplittableRandom random) {
    double[] weights = new double[scenario.mix().length];
    for (int i = 0; i < weights.length; i++) {
      double seen = normal(random) + (i == shown ? scenario.separation() : 0);
      double logit = Math.log(scenario.trainingMix()[i]) + scenario.separation() * seen;
      weights[i] = Math.exp(scenario.sharpness() * logit);
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).mapToObj(weight -> weight / sum).toList();
  }

  /**
   * Box and Muller's method; SplittableRandom gives normal numbers on all Java releases alike so.
   */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
