package dev.verdict.evaluation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the difference of macro F1 of two versions lies that served different reviews, to be asked
 * after every label: each bound holds at all times at once with a probability of {@code 1 - error}.
 *
 * <p>It is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas
 * (Time-uniform central limit theory and asymptotic confidence sequences, Annals of Statistics 52,
 * 2024): the one-sided normal mixture boundary of Robbins, applied to estimates by their standard
 * errors, which here are those of {@link MacroF1Error}. With V the inverse of the squared standard
 * error of the difference, a bound is
 *
 * <pre>
 * sqrt(2 (V r + 1) / (V V r) * ln(1 + sqrt(V r + 1) / (2 error)))
 * </pre>
 *
 * from it, where r decides at which standard error the sequence is tightest. As every statement by
 * standard errors it needs some labels first; {@code verdict simulate canary} measures what is left
 * of the promise.
 *
 * @param difference macro F1 of the first less that of the second, both as {@link MacroF1Error}
 *     estimates them
 * @param low -1 or more
 * @param high 1 or less
 */
public record MacroF1Difference(double difference, double low, double high) {
  /** Nothing is known. */
  private static final MacroF1Difference ANY = new MacroF1Difference(0, -1, 1);

  /** Where the sequence is tightest: some 200 labels of the smaller side. */
  private static final double TIGHTEST_AT = 0.04;

  /** From 0.5 on a bound would be on the wrong side of the estimate. */
  private static final double MOST_ERROR = 0.4;

  /**
   * Compares two versions over the classes that occur in the labels or answers of either.
   *
   * @param error highest probability that a bound is ever wrong, above 0; 0.4 stands for more
   */
  public static MacroF1Difference of(ConfusionMatrix first, ConfusionMatrix second, double error) {
    Set<String> names = new LinkedHashSet<>();
    occurring(first, names);
    occurring(second, names);
    if (names.size() < 2 || first.total() == 0 || second.total() == 0) {
      return ANY;
    }
    List<String> classes = List.copyOf(names);
    MacroF1Error one = MacroF1Error.of(counts(first, classes), first.total());
    MacroF1Error other = MacroF1Error.of(counts(second, classes), second.total());
    double difference = one.macroF1() - other.macroF1();
    double reach = reach(Math.hypot(one.error(), other.error()), Math.min(error, MOST_ERROR));
    return new MacroF1Difference(
        difference, Math.max(-1, difference - reach), Math.min(1, difference + reach));
  }

  private static double reach(double standardError, double error) {
    double chance = -2 * Math.log(2 * error);
    double r = (chance + Math.log1p(chance)) * TIGHTEST_AT * TIGHTEST_AT;
    double information = 1 / (standardError * standardError);
    double seen = information * r + 1;
    return Math.sqrt(
        2 * seen / (information * information * r) * Math.log1p(Math.sqrt(seen) / (2 * error)));
  }

  private static void occurring(ConfusionMatrix matrix, Set<String> names) {
    List<List<Long>> rows = matrix.rows();
    for (int i = 0; i < rows.size(); i++) {
      long count = 0;
      for (int j = 0; j < rows.size(); j++) {
        count += rows.get(i).get(j) + rows.get(j).get(i);
      }
      if (count > 0) {
        names.add(matrix.classes().get(i));
      }
    }
  }

  private static long[][] counts(ConfusionMatrix matrix, List<String> classes) {
    long[][] counts = new long[classes.size()][classes.size()];
    List<List<Long>> rows = matrix.rows();
    for (int i = 0; i < rows.size(); i++) {
      int actual = classes.indexOf(matrix.classes().get(i));
      for (int j = 0; j < rows.size(); j++) {
        int predicted = classes.indexOf(matrix.classes().get(j));
        if (actual >= 0 && predicted >= 0) {
          counts[actual][predicted] += rows.get(i).get(j);
        }
      }
    }
    return counts;
  }
}
