package dev.verdict.trainer.training;

import dev.verdict.drift.ProfileSketch;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.drift.ReviewSignals;
import dev.verdict.evaluation.CalibrationError;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.TemperatureScaling;
import dev.verdict.trainer.report.WrongExample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a version answers to labelled reviews. */
public final class TestedExamples {
  private static final double LEAST = 1e-30;

  private final List<String> classes;
  private final List<Example> examples;
  private final float[][] probabilities;
  private final List<TextScorer.Score> scores;

  /**
   * @param classes the model's, in its order
   * @param scores one an example, in the same order
   * @throws IllegalArgumentException if there are not as many of both
   */
  public TestedExamples(
      List<String> classes, List<Example> examples, List<TextScorer.Score> scores) {
    if (examples.size() != scores.size()) {
      throw new IllegalArgumentException(
          "There are %d answers to %d reviews, must be as many"
              .formatted(scores.size(), examples.size()));
    }
    this.classes = List.copyOf(classes);
    this.examples = List.copyOf(examples);
    this.scores = List.copyOf(scores);
    this.probabilities = scores.stream().map(TestedExamples::row).toArray(float[][]::new);
  }

  private static float[] row(TextScorer.Score score) {
    float[] row = new float[score.probabilities().size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = score.probabilities().get(i);
    }
    return row;
  }

  /** The true class of each review. */
  public List<String> actual() {
    return examples.stream().map(Example::label).toList();
  }

  /** The most probable class of each review. */
  public List<String> predicted() {
    List<String> predicted = new ArrayList<>();
    for (float[] row : probabilities) {
      predicted.add(classes.get(Training.mostProbable(row)));
    }
    return predicted;
  }

  /** What reviews and answers look like, the labels left aside. */
  public ReferenceProfile profile() {
    ProfileSketch sketch = new ProfileSketch();
    for (TextScorer.Score score : scores) {
      sketch.add(
          new ReviewSignals(
              classes.get(score.best()),
              score.probabilities().get(score.best()),
              score.tokens(),
              score.unknownTokens()));
    }
    return sketch.profile();
  }

  /** Counts of actual against predicted classes. */
  public ConfusionMatrix matrix() {
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    List<String> predicted = predicted();
    for (int i = 0; i < examples.size(); i++) {
      matrix.add(examples.get(i).label(), predicted.get(i));
    }
    return matrix;
  }

  /** How honest the probabilities are; a review of a class that the model lacks is always wrong. */
  public CalibrationError calibrationError() {
    int[] labels =
        examples.stream().mapToInt(example -> classes.indexOf(example.label())).toArray();
    return CalibrationError.of(probabilities, labels);
  }

  /**
   * The same at temperature 1.
   *
   * @param temperature of the probabilities
   */
  public CalibrationError uncalibratedError(TemperatureScaling temperature) {
    float[][] logits = new float[probabilities.length][];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = new float[probabilities[i].length];
      for (int j = 0; j < logits[i].length; j++) {
        logits[i][j] =
            (float) (temperature.temperature() * Math.log(Math.max(LEAST, probabilities[i][j])));
      }
    }
    int[] labels =
        examples.stream().mapToInt(example -> classes.indexOf(example.label())).toArray();
    return CalibrationError.of(TemperatureScaling.NONE.apply(logits), labels);
  }

  /** The wrong answers that the model was surest of, surest first. */
  public List<WrongExample> surestWrong(int most) {
    List<WrongExample> wrong = new ArrayList<>();
    List<String> predicted = predicted();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      if (!example.label().equals(predicted.get(i))) {
        wrong.add(
            new WrongExample(
                example.id(),
                example.text(),
                example.label(),
                predicted.get(i),
                probabilities[i][classes.indexOf(predicted.get(i))]));
      }
    }
    wrong.sort(
        Comparator.comparingDouble(WrongExample::probability)
            .reversed()
            .thenComparing(WrongExample::id));
    return List.copyOf(wrong.subList(0, Math.min(most, wrong.size())));
  }
}
