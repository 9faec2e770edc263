package dev.verdict.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts of actual against predicted classes, from which every score follows. Taking an example
 * back is the reverse of adding it, so the same class serves whole sets and rolling windows.
 *
 * <p>Definitions are scikit-learn's ({@code precision_recall_fscore_support} with {@code
 * zero_division=0}): a ratio without any example is 0, and macro and weighted means are over the
 * classes that occur as actual or predicted.
 *
 * <p>Example: actual {@code a a b}, predicted {@code a b b} gives F1 2/3 for both classes, macro F1
 * 2/3, accuracy 2/3.
 */
public final class ConfusionMatrix {
  private final List<String> classes = new ArrayList<>();
  private long[][] counts;
  private long total;

  /**
   * @param classes in the order of rows and columns; others are appended as they occur
   */
  public ConfusionMatrix(Collection<String> classes) {
    this.classes.addAll(classes);
    this.counts = new long[this.classes.size()][this.classes.size()];
  }

  /**
   * The matrix of given counts.
   *
   * @param rows row: actual class, column: predicted class, in the order of the classes
   */
  public static ConfusionMatrix of(List<String> classes, List<List<Long>> rows) {
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < rows.get(i).size(); j++) {
        matrix.add(classes.get(i), classes.get(j), rows.get(i).get(j));
      }
    }
    return matrix;
  }

  /** Counts one example. */
  public void add(String actual, String predicted) {
    add(actual, predicted, 1);
  }

  /** Takes one example back. */
  public void remove(String actual, String predicted) {
    add(actual, predicted, -1);
  }

  /** Counts an example several times, or takes it back as often where {@code times} is negative. */
  public void add(String actual, String predicted, long times) {
    int row = index(actual);
    int column = index(predicted);
    if (counts[row][column] + times < 0) {
      throw new IllegalArgumentException(
          "Cannot take back %d of actual %s predicted %s, only %d were added"
              .formatted(-times, actual, predicted, counts[row][column]));
    }
    counts[row][column] += times;
    total += times;
  }

  public List<String> classes() {
    return List.copyOf(classes);
  }

  /** Row: actual class, column: predicted class. */
  public List<List<Long>> rows() {
    return Arrays.stream(counts).map(row -> Arrays.stream(row).boxed().toList()).toList();
  }

  /** Examples counted. */
  public long total() {
    return total;
  }

  public double accuracy() {
    long right = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
    }
    return ratio(right, total);
  }

  /** Mean F1 of the classes that occur, each counting the same. */
  public double macroF1() {
    return macroF1(counts);
  }

  /** Macro F1 of bare counts, row: actual class, column: predicted class. */
  static double macroF1(long[][] counts) {
    double sum = 0;
    int occurring = 0;
    for (int i = 0; i < counts.length; i++) {
      long examples = 0;
      for (int j = 0; j < counts.length; j++) {
        examples += counts[i][j] + counts[j][i];
      }
      if (examples > 0) {
        sum += ratio(2 * counts[i][i], examples);
        occurring++;
      }
    }
    return occurring == 0 ? 0 : sum / occurring;
  }

  /** F1 of all decisions pooled: with one label a review the same as accuracy. */
  public double microF1() {
    return accuracy();
  }

  /** Mean F1 weighted by support. */
  public double weightedF1() {
    double sum = 0;
    for (String name : classes) {
      sum += f1(name) * support(name);
    }
    return total == 0 ? 0 : sum / total;
  }

  /**
   * The correlation of actual and predicted classes, -1 to 1, 0 for a model that knows nothing
   * whatever the mix of classes: Matthews' for two classes, R_K of Gorodkin, Comparing two
   * K-category assignments by a K-category correlation coefficient, 2004, for more, as
   * scikit-learn's {@code matthews_corrcoef}. 0 where all are of one class or all are predicted as
   * one.
   */
  public double matthewsCorrelation() {
    double right = 0;
    double expected = 0;
    double actualSquares = 0;
    double predictedSquares = 0;
    for (int i = 0; i < counts.length; i++) {
      double actual = 0;
      double predicted = 0;
      for (int j = 0; j < counts.length; j++) {
        actual += counts[i][j];
        predicted += counts[j][i];
      }
      right += counts[i][i];
      expected += actual * predicted;
      actualSquares += actual * actual;
      predictedSquares += predicted * predicted;
    }
    double all = (double) total * total;
    double spread = (all - predictedSquares) * (all - actualSquares);
    return spread == 0 ? 0 : (right * total - expected) / Math.sqrt(spread);
  }

  /** Share of the predictions of a class that were right. */
  public double precision(String name) {
    return ratio(truePositives(name), predicted(name));
  }

  /** Share of the examples of a class that were found. */
  public double recall(String name) {
    return ratio(truePositives(name), support(name));
  }

  /** Harmonic mean of precision and recall. */
  public double f1(String name) {
    return ratio(2 * truePositives(name), support(name) + predicted(name));
  }

  /** Examples whose actual class this is. */
  public long support(String name) {
    return Arrays.stream(counts[known(name)]).sum();
  }

  private long predicted(String name) {
    int column = known(name);
    return Arrays.stream(counts).mapToLong(row -> row[column]).sum();
  }

  private long truePositives(String name) {
    int index = known(name);
    return counts[index][index];
  }

  private int known(String name) {
    int index = classes.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("Class is " + name + ", must be one of " + classes);
    }
    return index;
  }

  private int index(String name) {
    int index = classes.indexOf(name);
    if (index >= 0) {
      return index;
    }
    classes.add(name);
    long[][] larger = new long[classes.size()][classes.size()];
    for (int i = 0; i < counts.length; i++) {
      System.arraycopy(counts[i], 0, larger[i], 0, counts.length);
    }
    counts = larger;
    return classes.size() - 1;
  }

  /** Counts of the classes that occur, row: actual class, column: predicted class. */
  long[][] occurring() {
    long[][] all = counts;
    int[] occurring =
        IntStream.range(0, all.length)
            .filter(i -> IntStream.range(0, all.length).anyMatch(j -> all[i][j] + all[j][i] > 0))
            .toArray();
    return Arrays.stream(occurring)
        .mapToObj(i -> Arrays.stream(occurring).mapToLong(j -> all[i][j]).toArray())
        .toArray(long[][]::new);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
