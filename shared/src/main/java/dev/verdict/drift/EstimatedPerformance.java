package dev.verdict.drift;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Accuracy and macro F1 that predictions without labels should have, if their probabilities are
 * honest: a calibrated probability of 0.8 is right in 80 of 100. A prediction adds the probability
 * of each class to the column of the class it predicts, which gives the confusion matrix to be
 * expected, and the scores follow from it. This is confidence-based performance estimation as
 * NannyML documents it (CBPE); estimating by mean confidence is compared by Guillory et al.,
 * Predicting with confidence on unseen distributions, ICCV 2021, and Garg et al., Leveraging
 * unlabeled data to predict out-of-distribution performance, ICLR 2022.
 *
 * <p>It foresees what a change of inputs does to the scores (more reviews that are hard), as far as
 * the probabilities stay calibrated. It cannot foresee that the same inputs now mean another class:
 * then the realised score falls and the estimate does not, which tells concept drift from a drift
 * of inputs. A model that is overconfident is overestimated in the same way.
 *
 * <p>Macro F1 is that of the expected matrix: the mean over many windows to within what one review
 * in the window changes. It is over the classes that occur as predicted, or to which at least one
 * whole review is expected to belong.
 *
 * <p>Sums are fixed-point numbers of 30 binary places, so taking back is exact whatever the order.
 * They hold 8.5 billion predictions.
 *
 * <p>Example: (0.9, 0.1), (0.6, 0.4) and (0.2, 0.8) predict the first class twice, with 1.5 right,
 * and the second once, with 0.8 right: accuracy 2.3 / 3 = 0.767, F1 of the first 2 * 1.5 / (1.7 +
 * 2), of the second 2 * 0.8 / (1.3 + 1).
 */
public final class EstimatedPerformance {
  private static final int LAYOUT = 1;
  private static final double UNIT = 1L << 30;

  private final List<String> classes;
  private final long[][] sums;
  private long predictions;

  /**
   * @param classes the model's, in the order of its probabilities
   */
  public EstimatedPerformance(List<String> classes) {
    this.classes = List.copyOf(classes);
    this.sums = new long[classes.size()][classes.size()];
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another layout
   */
  public static EstimatedPerformance fromBytes(byte[] bytes) {
    StateInput in = new StateInput(bytes, "Estimate", LAYOUT);
    String[] classes = new String[in.below(bytes.length)];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = in.text();
    }
    EstimatedPerformance estimate = new EstimatedPerformance(List.of(classes));
    estimate.predictions = in.number();
    for (long[] row : estimate.sums) {
      for (int i = 0; i < row.length; i++) {
        row[i] = in.number();
      }
    }
    in.end();
    return estimate;
  }

  /**
   * Counts one prediction.
   *
   * @param probabilities of each class, calibrated; the predicted one is the first of the largest
   * @throws IllegalArgumentException if they are not one a class, each from 0 to 1
   */
  public void add(List<? extends Number> probabilities) {
    count(probabilities, 1);
  }

  /** Takes one prediction back, with the same probabilities as it was added. */
  public void remove(List<? extends Number> probabilities) {
    if (predictions == 0) {
      throw new IllegalArgumentException("Cannot take back a prediction, none is counted");
    }
    count(probabilities, -1);
  }

  /**
   * Counts all that another one has counted; the other is left as it is.
   *
   * @throws IllegalArgumentException if its classes are others, or in another order
   */
  public void merge(EstimatedPerformance other) {
    if (!classes.equals(other.classes)) {
      throw new IllegalArgumentException(
          "Cannot merge estimates of %s and %s".formatted(classes, other.classes));
    }
    for (int i = 0; i < sums.length; i++) {
      for (int j = 0; j < sums.length; j++) {
        sums[i][j] += other.sums[i][j];
      }
    }
    predictions += other.predictions;
  }

  public List<String> classes() {
    return classes;
  }

  /** Predictions counted. */
  public long predictions() {
    return predictions;
  }

  /** Reviews to be expected; row: actual class, column: predicted class. */
  public List<List<Double>> expectedMatrix() {
    return Arrays.stream(sums)
        .map(row -> Arrays.stream(row).mapToObj(sum -> sum / UNIT).toList())
        .toList();
  }

  /** Expected accuracy; empty without any prediction. */
  public OptionalDouble accuracy() {
    if (predictions == 0) {
      return OptionalDouble.empty();
    }
    double right = 0;
    for (int i = 0; i < sums.length; i++) {
      right += sums[i][i];
    }
    return OptionalDouble.of(right / UNIT / predictions);
  }

  /** Expected macro F1; empty without any prediction. */
  public OptionalDouble macroF1() {
    return predictions == 0
        ? OptionalDouble.empty()
        : IntStream.range(0, sums.length).filter(this::occurs).mapToDouble(this::f1).average();
  }

  /** The same for the same predictions in any order. */
  public byte[] toBytes() {
    StateBytes out = new StateBytes().number(LAYOUT).number(classes.size());
    classes.forEach(out::text);
    out.number(predictions);
    for (long[] row : sums) {
      Arrays.stream(row).forEach(out::number);
    }
    return out.toBytes();
  }

  private boolean occurs(int index) {
    return actual(index) >= UNIT || predicted(index) > 0;
  }

  private double f1(int index) {
    return 2 * sums[index][index] / (actual(index) + predicted(index));
  }

  private double actual(int index) {
    double sum = 0;
    for (long cell : sums[index]) {
      sum += cell;
    }
    return sum;
  }

  private double predicted(int index) {
    double sum = 0;
    for (long[] row : sums) {
      sum += row[index];
    }
    return sum;
  }

  private void count(List<? extends Number> probabilities, int times) {
    if (probabilities.size() != classes.size()) {
      throw new IllegalArgumentException(
          "Probabilities are %d, must be %d, one a class"
              .formatted(probabilities.size(), classes.size()));
    }
    long[] units = new long[classes.size()];
    int predicted = 0;
    for (int i = 0; i < units.length; i++) {
      double probability = probabilities.get(i).doubleValue();
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "Probability of %s is %s, must be from 0 to 1".formatted(classes.get(i), probability));
      }
      units[i] = Math.round(probability * UNIT);
      if (probability > probabilities.get(predicted).doubleValue()) {
        predicted = i;
      }
    }
    for (int i = 0; i < units.length; i++) {
      sums[i][predicted] += times * units[i];
    }
    predictions += times;
  }
}
