package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How often the interval of a window holds the macro F1 of all reviews that the window is a sample
 * of: an interval of 95% should in 95 windows of 100, whatever the model and the mix of classes.
 */
public final class IntervalSimulation {
  private IntervalSimulation() {}

  /**
   * All reviews, as shares that sum to 1.
   *
   * @param name for people
   * @param shares row: actual class, column: predicted class
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared nowhere.
  public record Population(String name, double[][] shares) {

    /**
     * Reviews of a model whose mistakes are spread evenly over the other classes.
     *
     * @param mix share of each class
     * @param recall of each class
     */
    static Population of(String name, double[] mix, double[] recall) {
      double[][] shares = new double[mix.length][mix.length];
      for (int i = 0; i < mix.length; i++) {
        Arrays.fill(shares[i], mix[i] * (1 - recall[i]) / (mix.length - 1));
        shares[i][i] = mix[i] * recall[i];
      }
      return new Population(name, shares);
    }

    /** Macro F1 of all of them. */
    public double macroF1() {
      double sum = 0;
      for (int i = 0; i < shares.length; i++) {
        double either = 0;
        for (int j = 0; j < shares.length; j++) {
          either += shares[i][j] + shares[j][i];
        }
        sum += 2 * shares[i][i] / either;
      }
      return sum / shares.length;
    }
  }

  /**
   * What a population gave.
   *
   * @param labels of each window
   * @param coverage share of the windows whose interval holds the population's macro F1
   * @param width mean width of the intervals
   */
  public record Coverage(Population population, int labels, double coverage, double width) {}

  /** Even and skewed classes, from a poor model to a nearly perfect one. */
  public static List<Population> populations() {
    return List.of(
        Population.of("2 classes, recall 0.75", new double[] {0.5, 0.5}, new double[] {0.75, 0.75}),
        Population.of("2 classes, recall 0.90", new double[] {0.5, 0.5}, new double[] {0.9, 0.9}),
        Population.of("2 classes, recall 0.98", new double[] {0.5, 0.5}, new double[] {0.98, 0.98}),
        Population.of("2 classes, 10% and 90%", new double[] {0.1, 0.9}, new double[] {0.7, 0.95}),
        Population.of(
            "3 classes, 10%, 12%, 78%",
            new double[] {0.1, 0.12, 0.78}, new double[] {0.6, 0.4, 0.93}),
        Population.of(
            "5 classes, recall 0.80",
            new double[] {0.2, 0.2, 0.2, 0.2, 0.2},
            new double[] {0.8, 0.8, 0.8, 0.8, 0.8}),
        Population.of(
            "5 classes, 50% to 5%",
            new double[] {0.5, 0.2, 0.15, 0.1, 0.05}, new double[] {0.9, 0.8, 0.7, 0.6, 0.5}));
  }

  /**
   * Draws windows from a population.
   *
   * @param labels of each window
   * @param windows how many
   */
  public static Coverage measure(Population population, int labels, int windows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double truth = population.macroF1();
    List<String> classes = new ArrayList<>();
    for (int i = 0; i < population.shares().length; i++) {
      classes.add("class " + i);
    }
    double[] upTo = cumulated(population.shares());
    int held = 0;
    double width = 0;
    for (int i = 0; i < windows; i++) {
      ConfusionMatrix matrix = new ConfusionMatrix(classes);
      for (int label = 0; label < labels; label++) {
        int cell = cell(upTo, random.nextDouble());
        matrix.add(classes.get(cell / classes.size()), classes.get(cell % classes.size()));
      }
      MacroF1Interval interval = MacroF1Interval.ofWindow(matrix);
      held += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
      width += interval.high() - interval.low();
    }
    return new Coverage(population, labels, (double) held / windows, width / windows);
  }

  private static double[] cumulated(double[][] shares) {
    double[] upTo = Arrays.stream(shares).flatMapToDouble(Arrays::stream).toArray();
    Arrays.parallelPrefix(upTo, Double::sum);
    return upTo;
  }

  private static int cell(double[] upTo, double draw) {
    int cell = 0;
    while (cell < upTo.length - 1 && draw >= upTo[cell]) {
      cell++;
    }
    return cell;
  }
}
