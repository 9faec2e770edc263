package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.BatchPlanner;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.model.Snapshot;
import dev.verdict.model.StepSettings;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * One run of a recipe: length-grouped batches with dynamic padding, AdamW, a learning-rate
 * schedule, dropout, validation every so many steps, and the weights of the best validation at the
 * end. The same seed, examples and number of threads give the same run.
 */
public final class Training {
  private static final double LEAST_PROBABILITY = 1e-12;

  private final TrainingRecipe recipe;
  private final BatchPlanner validationBatches;
  private final long seed;
  private final ProgressListener listener;
  private final BooleanSupplier stopped;

  /**
   * @param validationLimits what a batch of the validation may hold
   * @param stopped asked before every step and validation batch
   */
  public Training(
      TrainingRecipe recipe,
      BatchLimits validationLimits,
      long seed,
      ProgressListener listener,
      BooleanSupplier stopped) {
    this.recipe = recipe;
    this.validationBatches = new BatchPlanner(validationLimits);
    this.seed = seed;
    this.listener = listener;
    this.stopped = stopped;
  }

  /**
   * Trains the model, which then holds the weights of the best validation: highest macro F1, and of
   * equal ones the lowest loss.
   *
   * @throws IllegalArgumentException if there is nothing to train or to validate on, or a label is
   *     not a class of the model
   * @throws TrainingStoppedException when it was asked to stop
   */
  public TrainingResult run(TrainableClassifier model, ReviewTokenizer tokenizer, Split split) {
    if (split.training().isEmpty() || split.validation().isEmpty()) {
      throw new IllegalArgumentException(
          "There are %d examples to train on and %d to validate on, must be at least 1 of each"
              .formatted(split.training().size(), split.validation().size()));
    }
    return new Run(
            model,
            new EncodedExamples(split.training(), tokenizer, model.labels(), stopped),
            new EncodedExamples(split.validation(), tokenizer, model.labels(), stopped))
        .run();
  }

  /** The state of one run. */
  private final class Run {
    private final TrainableClassifier model;
    private final EncodedExamples training;
    private final EncodedExamples validation;
    private final int steps;
    private final long started = System.nanoTime();
    private final List<Validation> curve = new ArrayList<>();
    private final StepSettings optimizer =
        StepSettings.of(recipe.learningRate())
            .withWeightDecay(recipe.weightDecay(), false)
            .withMaxGradientNorm(recipe.gradientClipping());

    private LearningRate learningRate;
    private int step;
    private long samples;
    private long trainingNanos;
    private double lossSum;
    private int lossSteps;
    private Optional<Best> best = Optional.empty();
    private int validationsSinceBest;

    Run(TrainableClassifier model, EncodedExamples training, EncodedExamples validation) {
      this.model = model;
      this.training = training;
      this.validation = validation;
      int stepsOfEpoch = (training.size() + recipe.batchRows() - 1) / recipe.batchRows();
      this.steps = Math.multiplyExact(recipe.epochs(), stepsOfEpoch);
      this.learningRate = LearningRate.of(recipe, steps);
    }

    TrainingResult run() {
      model.setDropout(recipe.dropout(), recipe.dropout(), model.config().headDropout());
      Random order = new Random(seed);
      int[] lengths = training.lengths();
      boolean patient = true;
      while (step < steps && patient) {
        Iterator<List<Integer>> epoch =
            LengthGroupedBatches.plan(lengths, recipe.batchRows(), order).iterator();
        while (epoch.hasNext() && patient) {
          train(epoch.next());
          if (step % recipe.evaluationSteps() == 0 || step == steps) {
            patient = validate();
          }
          listener.stepped(progress());
        }
      }
      Best kept = best.orElseThrow();
      model.restore(kept.weights());
      return new TrainingResult(
          step,
          kept.validation(),
          kept.matrix(),
          List.copyOf(curve),
          samplesPerSecond(),
          Duration.ofNanos(System.nanoTime() - started));
    }

    private void train(List<Integer> batch) {
      checkStopped();
      long begun = System.nanoTime();
      step++;
      lossSum +=
          model.trainStep(
              training.texts(batch),
              training.labels(batch),
              optimizer.withLearningRate(learningRate.at(step)).withSeed(stepSeed()));
      lossSteps++;
      samples += batch.size();
      trainingNanos += System.nanoTime() - begun;
    }

    /** Whether to go on. */
    private boolean validate() {
      ConfusionMatrix matrix = new ConfusionMatrix(model.labels());
      double validationLoss = test(matrix);
      Validation point =
          new Validation(
              step,
              epoch(),
              learningRate.at(step),
              meanLoss(),
              validationLoss,
              matrix.macroF1(),
              matrix.accuracy());
      curve.add(point);
      learningRate = learningRate.after(validationLoss);
      boolean higher = best.stream().allMatch(b -> point.macroF1() > b.validation().macroF1());
      validationsSinceBest = higher ? 0 : validationsSinceBest + 1;
      if (best.stream().allMatch(b -> point.betterThan(b.validation()))) {
        best = Optional.of(new Best(point, matrix, model.snapshot()));
      }
      listener.validated(progress());
      lossSum = 0;
      lossSteps = 0;
      return recipe.patience() == 0 || validationsSinceBest < recipe.patience();
    }

    /** Fills the matrix and returns the mean cross-entropy. */
    private double test(ConfusionMatrix matrix) {
      double sum = 0;
      for (List<Integer> batch : validationBatches.plan(validation.lengths())) {
        checkStopped();
        float[][] probabilities = model.probabilities(validation.texts(batch));
        for (int row = 0; row < batch.size(); row++) {
          int actual = validation.label(batch.get(row));
          sum -= Math.log(Math.max(LEAST_PROBABILITY, probabilities[row][actual]));
          matrix.add(
              model.labels().get(actual), model.labels().get(mostProbable(probabilities[row])));
        }
      }
      return sum / validation.size();
    }

    private Progress progress() {
      double nanosAStep = (double) (System.nanoTime() - started) / step;
      Optional<Validation> last =
          curve.isEmpty() ? Optional.empty() : Optional.of(curve.get(curve.size() - 1));
      return new Progress(
          step,
          steps,
          epoch(),
          learningRate.at(step),
          meanLoss(),
          optional(last.map(Validation::validationLoss)),
          optional(last.map(Validation::macroF1)),
          optional(best.map(b -> b.validation().macroF1())),
          samplesPerSecond(),
          Duration.ofNanos((long) (nanosAStep * (steps - step))));
    }

    private double epoch() {
      return (double) samples / training.size();
    }

    private double meanLoss() {
      // Right after a validation there is no step yet to take the mean of.
      return lossSteps == 0 ? curve.get(curve.size() - 1).trainingLoss() : lossSum / lossSteps;
    }

    private double samplesPerSecond() {
      return samples / (Math.max(1, trainingNanos) / 1e9);
    }

    /** A seed of this step's own, spread by the finalizer of SplitMix64. */
    private int stepSeed() {
      long mixed = seed + step * 0x9E3779B97F4A7C15L;
      mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
      return (int) (mixed ^ (mixed >>> 31)) & Integer.MAX_VALUE;
    }

    private void checkStopped() {
      if (stopped.getAsBoolean()) {
        throw new TrainingStoppedException();
      }
    }
  }

  private record Best(Validation validation, ConfusionMatrix matrix, Snapshot weights) {}

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }

  static int mostProbable(float[] probabilities) {
    int most = 0;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[most]) {
        most = i;
      }
    }
    return most;
  }
}
