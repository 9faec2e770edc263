package dev.verdict.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures were computed with scikit-learn 1.2.1, {@code zero_division=0}. */
class ConfusionMatrixTest {
  private static final double EPSILON = 1e-12;

  /** Scores of scikit-learn for a confusion matrix over the classes a, b, c, … */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Expected(
      String name,
      long[][] counts,
      double accuracy,
      double macroF1,
      double weightedF1,
      double[] precision,
      double[] recall,
      double[] f1) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Expected> scikitLearn() {
    return List.of(
        new Expected(
            "the iris example of confusion_matrix",
            new long[][] {{13, 0, 0}, {0, 10, 6}, {0, 0, 9}},
            0.8421052631578947,
            0.8397435897435898,
            0.8436234817813765,
            new double[] {1, 1, 0.6},
            new double[] {1, 0.625, 1},
            new double[] {1, 0.7692307692307693, 0.75}),
        new Expected(
            "the example of classification_report",
            new long[][] {{1, 0, 0}, {1, 0, 0}, {0, 1, 2}},
            0.6,
            0.48888888888888893,
            0.6133333333333334,
            new double[] {0.5, 0, 1},
            new double[] {1, 0, 0.6666666666666666},
            new double[] {0.6666666666666666, 0, 0.8}),
        new Expected(
            "rare classes",
            new long[][] {{85, 4, 1}, {3, 5, 0}, {1, 0, 1}},
            0.91,
            0.6793186548362362,
            0.9118074268813668,
            new double[] {0.9550561797752809, 0.5555555555555556, 0.5},
            new double[] {0.9444444444444444, 0.625, 0.5},
            new double[] {0.9497206703910613, 0.5882352941176471, 0.5}),
        new Expected(
            "a class that is predicted and never actual",
            new long[][] {{1, 0, 1}, {1, 1, 0}, {0, 0, 0}},
            0.5,
            0.38888888888888884,
            0.5833333333333333,
            new double[] {0.5, 1, 0},
            new double[] {0.5, 0.5, 0},
            new double[] {0.5, 0.6666666666666666, 0}),
        new Expected(
            "classes on one side only",
            new long[][] {
              {2, 1, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 2, 0, 0}, {0, 1, 0, 0, 0}
            },
            0.3333333333333333,
            0.16,
            0.4,
            new double[] {1, 0, 0, 0, 0},
            new double[] {0.6666666666666666, 0, 0, 0, 0},
            new double[] {0.8, 0, 0, 0, 0}),
        new Expected(
            "everything wrong",
            new long[][] {{0, 1}, {1, 0}},
            0,
            0,
            0,
            new double[] {0, 0},
            new double[] {0, 0},
            new double[] {0, 0}),
        new Expected(
            "a known class that never occurs",
            new long[][] {{3, 1, 0}, {0, 4, 0}, {0, 0, 0}},
            0.875,
            0.873015873015873,
            0.873015873015873,
            new double[] {1, 0.8, 0},
            new double[] {0.75, 1, 0},
            new double[] {0.8571428571428571, 0.8888888888888888, 0}));
  }

  @ParameterizedTest
  @MethodSource("scikitLearn")
  void countsGivenThenScoresOfScikitLearn(Expected expected) {
    ConfusionMatrix matrix = matrix(expected.counts);
    List<String> classes = matrix.classes();

    assertThat(matrix.accuracy()).isCloseTo(expected.accuracy, within(EPSILON));
    assertThat(matrix.microF1()).isCloseTo(expected.accuracy, within(EPSILON));
    assertThat(matrix.macroF1()).isCloseTo(expected.macroF1, within(EPSILON));
    assertThat(matrix.weightedF1()).isCloseTo(expected.weightedF1, within(EPSILON));
    for (int i = 0; i < classes.size(); i++) {
      String name = classes.get(i);
      assertThat(matrix.precision(name)).isCloseTo(expected.precision[i], within(EPSILON));
      assertThat(matrix.recall(name)).isCloseTo(expected.recall[i], within(EPSILON));
      assertThat(matrix.f1(name)).isCloseTo(expected.f1[i], within(EPSILON));
      long support = 0;
      for (long count : expected.counts[i]) {
        support += count;
      }
      assertThat(matrix.support(name)).isEqualTo(support);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void randomStreamThenSameAsCountingTheExamplesOneByOne(long seed) {
    Random random = new Random(seed);
    List<String> classes = List.of("a", "b", "c", "d");
    List<String[]> examples = new ArrayList<>();
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    for (int i = 0; i < 300; i++) {
      String[] example = {
        classes.get(random.nextInt(3)), classes.get(random.nextInt(random.nextInt(4) + 1))
      };
      examples.add(example);
      matrix.add(example[0], example[1]);
      assertSameAsCounting(matrix, examples, classes);
    }
    while (!examples.isEmpty()) {
      String[] oldest = examples.remove(0);
      matrix.remove(oldest[0], oldest[1]);
      assertSameAsCounting(matrix, examples, classes);
    }
  }

  private static void assertSameAsCounting(
      ConfusionMatrix matrix, List<String[]> examples, List<String> classes) {
    double macro = 0;
    double weighted = 0;
    int occurring = 0;
    for (String name : classes) {
      long both = count(examples, e -> e[0].equals(name) && e[1].equals(name));
      long actual = count(examples, e -> e[0].equals(name));
      long predicted = count(examples, e -> e[1].equals(name));
      double precision = predicted == 0 ? 0 : (double) both / predicted;
      double recall = actual == 0 ? 0 : (double) both / actual;
      double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
      assertThat(matrix.precision(name)).isCloseTo(precision, within(EPSILON));
      assertThat(matrix.recall(name)).isCloseTo(recall, within(EPSILON));
      assertThat(matrix.f1(name)).isCloseTo(f1, within(EPSILON));
      macro += f1;
      weighted += f1 * actual;
      occurring += actual + predicted > 0 ? 1 : 0;
    }
    long right = count(examples, e -> e[0].equals(e[1]));
    int total = examples.size();
    assertThat(matrix.total()).isEqualTo(total);
    assertThat(matrix.accuracy())
        .isCloseTo(total == 0 ? 0 : (double) right / total, within(EPSILON));
    assertThat(matrix.macroF1()).isCloseTo(total == 0 ? 0 : macro / occurring, within(EPSILON));
    assertThat(matrix.weightedF1()).isCloseTo(total == 0 ? 0 : weighted / total, within(EPSILON));
  }

  private static long count(List<String[]> examples, Predicate<String[]> which) {
    return examples.stream().filter(which).count();
  }

  @Test
  void emptyThenEveryScoreIsZero() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"));

    assertThat(matrix.total()).isZero();
    assertThat(matrix.macroF1()).isZero();
    assertThat(matrix.weightedF1()).isZero();
    assertThat(matrix.accuracy()).isZero();
    assertThat(matrix.f1("a")).isZero();
    assertThat(new ConfusionMatrix(List.of()).macroF1()).isZero();
  }

  @Test
  void exampleOfTheJavadocThenItsFigures() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of());
    matrix.add("a", "a");
    matrix.add("a", "b");
    matrix.add("b", "b");

    assertThat(matrix.f1("a")).isCloseTo(2.0 / 3, within(EPSILON));
    assertThat(matrix.f1("b")).isCloseTo(2.0 / 3, within(EPSILON));
    assertThat(matrix.macroF1()).isCloseTo(2.0 / 3, within(EPSILON));
    assertThat(matrix.accuracy()).isCloseTo(2.0 / 3, within(EPSILON));
  }

  @Test
  void newClassThenAppendedAndCountsKept() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a"));
    matrix.add("a", "a", 5);
    matrix.add("b", "a");
    matrix.add("c", "b", 2);

    assertThat(matrix.classes()).containsExactly("a", "b", "c");
    assertThat(matrix.rows())
        .containsExactly(List.of(5L, 0L, 0L), List.of(1L, 0L, 0L), List.of(0L, 2L, 0L));
  }

  @Test
  void moreTakenBackThanAddedThenRefused() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"));
    matrix.add("a", "b");

    assertThatThrownBy(() -> matrix.add("a", "b", -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot take back 2 of actual a predicted b, only 1 were added");
    assertThat(matrix.total()).isEqualTo(1);
  }

  @Test
  void unknownClassAskedThenRefused() {
    assertThatThrownBy(() -> new ConfusionMatrix(List.of("a")).f1("z"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Class is z, must be one of [a]");
  }

  @Test
  void countsGivenThenTheCorrelationOfScikitLearn() {
    // The example of matthews_corrcoef; the others by the covariance of one-hot vectors in NumPy.
    assertThat(correlation(new long[][] {{0, 1}, {1, 2}})).isCloseTo(-1.0 / 3, within(EPSILON));
    assertThat(correlation(new long[][] {{13, 0, 0}, {0, 10, 6}, {0, 0, 9}}))
        .isCloseTo(0.7966262606577605, within(EPSILON));
    assertThat(correlation(new long[][] {{1, 0, 0}, {1, 0, 0}, {0, 1, 2}}))
        .isCloseTo(0.4008918628686365, within(EPSILON));
    assertThat(correlation(new long[][] {{85, 4, 1}, {3, 5, 0}, {1, 0, 1}}))
        .isCloseTo(0.5305332937399887, within(EPSILON));
    assertThat(correlation(new long[][] {{7, 0}, {3, 0}})).isZero();
    assertThat(correlation(new long[][] {{7, 3}, {0, 0}})).isZero();
    assertThat(correlation(new long[][] {{0, 0}, {0, 0}})).isZero();
  }

  private static double correlation(long[][] counts) {
    return matrix(counts).matthewsCorrelation();
  }

  /** A matrix of the classes a, b, c, … */
  static ConfusionMatrix matrix(long[][] counts) {
    List<String> classes = List.of("a", "b", "c", "d", "e").subList(0, counts.length);
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        matrix.add(classes.get(i), classes.get(j), counts[i][j]);
      }
    }
    return matrix;
  }
}
