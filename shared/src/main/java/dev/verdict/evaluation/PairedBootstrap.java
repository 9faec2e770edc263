package dev.verdict.evaluation;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How sure it is that a challenger is better than the champion on the same reviews: the paired
 * bootstrap (Efron, Tibshirani 1993; for classifiers of text Berg-Kirkpatrick, Burkett, Klein: An
 * empirical investigation of statistical significance in NLP, 2012). Reviews are drawn again with
 * replacement, each with both answers, so that what is hard for both weighs on neither.
 *
 * @param resamples 1,000 or more
 * @param seed the same seed gives the same result
 */
public record PairedBootstrap(int resamples, long seed) {

  /**
   * @throws IllegalArgumentException if there is no resample
   */
  public PairedBootstrap {
    MacroF1Interval.checkResamples(resamples);
  }

  /**
   * What was found.
   *
   * @param champion macro F1
   * @param challenger macro F1
   * @param low 2.5th percentile of the difference
   * @param high 97.5th percentile of the difference
   * @param probabilityBetter share of the resamples in which the challenger is better; equal is not
   *     better
   * @param reviews compared on
   */
  public record Comparison(
      double champion,
      double challenger,
      double low,
      double high,
      double probabilityBetter,
      int reviews) {

    /** Challenger minus champion. */
    public double difference() {
      return challenger - champion;
    }
  }

  /**
   * Compares two sets of answers; classes are indexes into one list that has the classes of both
   * versions and of the labels.
   *
   * @param actual the true class of each review
   * @param champion its answer to each
   * @param challenger its answer to each
   * @param classes how many there are
   * @throws IllegalArgumentException if there are not as many of each, or a class is unknown
   */
  public Comparison compare(int[] actual, int[] champion, int[] challenger, int classes) {
    check(actual, champion, challenger, classes);
    Map<Long, Long> counted = new TreeMap<>();
    for (int i = 0; i < actual.length; i++) {
      long triple = ((long) actual[i] * classes + champion[i]) * classes + challenger[i];
      counted.merge(triple, 1L, Long::sum);
    }
    long[] triples = counted.keySet().stream().mapToLong(triple -> triple).toArray();
    long[] counts = counted.values().stream().mapToLong(count -> count).toArray();
    Multinomial reviews = new Multinomial(counts);
    SplittableRandom random = new SplittableRandom(seed);
    double[] differences = new double[resamples];
    int better = 0;
    for (int i = 0; i < resamples; i++) {
      Pair drawn = Pair.of(triples, reviews.draw(random), classes);
      differences[i] = drawn.challenger - drawn.champion;
      better += differences[i] > 0 ? 1 : 0;
    }
    Arrays.sort(differences);
    Pair found = Pair.of(triples, counts, classes);
    return new Comparison(
        found.champion,
        found.challenger,
        MacroF1Interval.percentile(differences, 0.025),
        MacroF1Interval.percentile(differences, 0.975),
        (double) better / resamples,
        actual.length);
  }

  /** Macro F1 of both. */
  private record Pair(double champion, double challenger) {

    /** Of each triple: actual, champion's answer, challenger's answer as digits to that base. */
    static Pair of(long[] triples, long[] counts, int classes) {
      long[][] champion = new long[classes][classes];
      long[][] challenger = new long[classes][classes];
      for (int i = 0; i < triples.length; i++) {
        int actual = (int) (triples[i] / classes / classes);
        champion[actual][(int) (triples[i] / classes % classes)] += counts[i];
        challenger[actual][(int) (triples[i] % classes)] += counts[i];
      }
      return new Pair(ConfusionMatrix.macroF1(champion), ConfusionMatrix.macroF1(challenger));
    }
  }

  private static void check(int[] actual, int[] champion, int[] challenger, int classes) {
    if (champion.length != actual.length || challenger.length != actual.length) {
      throw new IllegalArgumentException(
          "Champion was tested on %d reviews and challenger on %d, must be the same %d"
              .formatted(champion.length, challenger.length, actual.length));
    }
    for (int[] answers : new int[][] {actual, champion, challenger}) {
      for (int answer : answers) {
        if (answer < 0 || answer >= classes) {
          throw new IllegalArgumentException(
              "Class is %d, must be 0 to %d".formatted(answer, classes - 1));
        }
      }
    }
  }
}
