package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.BatchPlanner;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.config.TrainingRecipe.ClassWeights;
import dev.verdict.config.TrainingRecipe.Optimizer;
import dev.verdict.config.TrainingRecipe.Transfer;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.model.Snapshot;
import dev.verdict.model.StepSettings;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import dev.verdict.trainer.training.TrainingResult.Validation;
import dev.verdict.trainer.training.Validator.Scored;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a recipe: length-grouped batches without padding, AdamW, a learning-rate schedule,
 * dropout, validation every so many steps, and the weights of the best validation at the end. The
 * same seed, examples and number of threads give the same run, also when it is stopped and taken up
 * again in between.
 */
public final class Training {
  private static final Logger LOG = LoggerFactory.getLogger(Training.class);

  private final TrainingRecipe recipe;
  private final BatchPlanner validationBatches;
  private final long seed;
  private final ProgressListener listener;
  private final BooleanSupplier stopped;
  private final Optional<Resumption> resumption;
  private final Optional<Teachers> teachers;

  /**
   * @param validationLimits what a batch of the validation may hold
   * @param stopped asked before every step and validation batch
   * @param resumption where the run keeps its state; empty for a run that is not taken up again
   */
  public Training(
      TrainingRecipe recipe,
      BatchLimits validationLimits,
      long seed,
      ProgressListener listener,
      BooleanSupplier stopped,
      Optional<Resumption> resumption) {
    this(recipe, validationLimits, seed, listener, stopped, resumption, Optional.empty());
  }

  /**
   * @param teachers whose probabilities are learned beside the labels; not closed
   */
  Training(
      TrainingRecipe recipe,
      BatchLimits validationLimits,
      long seed,
      ProgressListener listener,
      BooleanSupplier stopped,
      Optional<Resumption> resumption,
      Optional<Teachers> teachers) {
    this.recipe = recipe;
    this.validationBatches = new BatchPlanner(validationLimits);
    this.seed = seed;
    this.listener = listener;
    this.stopped = stopped;
    this.resumption = resumption;
    this.teachers = teachers;
  }

  /**
   * Trains the model, which then holds the weights of the best validation: highest macro F1, and of
   * equal ones the lowest loss.
   *
   * @throws IllegalArgumentException if there is nothing to train or to validate on, or a label is
   *     not a class of the model
   * @throws TrainingStoppedException when it was asked to stop; its state is then saved, or where a
   *     validation was under way the last one saved stands
   * @throws IOException when words cannot be masked
   */
  public TrainingResult run(TrainableClassifier model, ReviewTokenizer tokenizer, Split split)
      throws IOException {
    EncodedExamples training =
        new EncodedExamples(split.training(), tokenizer::encode, model.labels(), stopped);
    EncodedExamples validation =
        new EncodedExamples(split.validation(), tokenizer::encode, model.labels(), stopped);
    if (training.size() == 0 || validation.size() == 0) {
      throw new IllegalArgumentException(
          "There are %d examples to train on and %d to validate on, must be at least 1 of each"
              .formatted(training.size(), validation.size()));
    }
    double thinning = recipe.regularization().tokenDropout();
    Optional<WordMasking> masking =
        thinning == 0
            ? Optional.empty()
            : Optional.of(
                new WordMasking(tokenizer.maskId(), model.config().vocabSize(), thinning));
    return new Run(model, training, validation, masking).run();
  }

  /**
   * Where a run stands, but for the tensors.
   *
   * @param step steps done
   * @param samples examples seen
   * @param lossSum of the steps since the last validation
   * @param lossSteps these steps
   * @param curve validations so far
   * @param best place of the best validation in the curve, where there is one
   * @param bestMatrix its confusion matrix, row: actual class
   * @param validationsSinceBest for the patience
   * @param seconds spent so far
   */
  record Standing(
      int step,
      long samples,
      double lossSum,
      int lossSteps,
      List<Validation> curve,
      Optional<Integer> best,
      List<List<Long>> bestMatrix,
      int validationsSinceBest,
      double seconds) {}

  /** The state of one run. */
  private final class Run implements GradientStep.Learner {
    private final TrainableClassifier model;
    private final EncodedExamples training;
    private final EncodedExamples validation;
    private final Optional<WordMasking> masking;
    private final Optional<Features> features;
    private final Validator validator;
    private final Epochs epochs;
    private final int steps;
    private final GradientStep gradientStep = new GradientStep(this);
    private final List<Float> classWeights;
    private final StepSettings optimizer;
    private final List<Validation> curve = new ArrayList<>();

    private long started = System.nanoTime();
    private final RunStateFile<Standing> state = new RunStateFile<>(resumption, Standing.class);
    private LearningRate learningRate;
    private int step;
    private long samples;
    private long samplesHere;
    private long trainingNanos;
    private double lossSum;
    private int lossSteps;
    private Optional<Best> best = Optional.empty();
    private int validationsSinceBest;

    Run(
        TrainableClassifier model,
        EncodedExamples training,
        EncodedExamples validation,
        Optional<WordMasking> masking) {
      this.model = model;
      this.training = training;
      this.validation = validation;
      this.masking = masking;
      this.features =
          recipe.transfer() == Transfer.HEAD
              ? Optional.of(new Features(encode(training), encode(validation)))
              : Optional.empty();
      this.validator = new Validator(validation, validationBatches, model.labels(), stopped);
      this.epochs =
          new Epochs(
              training.lengths(), recipe.batches(), recipe.epochs(), recipe.maxSteps(), seed);
      this.steps = epochs.steps();
      this.learningRate =
          LearningRate.of(recipe.optimizer().learningRate(), recipe.schedule(), steps);
      this.classWeights =
          recipe.regularization().classWeights() == ClassWeights.BALANCED && teachers.isEmpty()
              ? training.balancedWeights(model.labels().size())
              : List.of();
      this.optimizer =
          stepSettings(recipe.optimizer())
              .withLabelSmoothing(recipe.regularization().labelSmoothing())
              .withConsistency(recipe.regularization().consistency())
              .withClassWeights(classWeights);
    }

    TrainingResult run() {
      model.setDropout(
          recipe.regularization().dropout(),
          recipe.regularization().attentionDropout(),
          recipe.regularization().headDropout());
      resume();
      boolean patient = isPatient();
      while (step < steps && patient) {
        if (stopped.getAsBoolean()) {
          save();
          throw new TrainingStoppedException();
        }
        train();
        if (step % recipe.evaluationSteps() == 0 || step == steps) {
          patient = validate();
        }
        listener.stepped(progress());
        if (patient && step < steps && state.isDue()) {
          save();
        }
      }
      if (state.isKeptAtEnd() && samplesHere > 0) {
        // No step follows that would need it.
        model.resetOptimizer();
        save();
      }
      Best kept = best.orElseThrow();
      model.restore(kept.weights());
      Scored scored = validator.score(this::logits);
      return new TrainingResult(
          step,
          kept.validation(),
          kept.matrix(),
          scored.logits(),
          validation.labels(),
          List.copyOf(curve),
          samplesPerSecond(),
          gradientStep.halved(),
          training.skipped() + validation.skipped(),
          elapsed());
    }

    private void train() {
      long begun = System.nanoTime();
      step++;
      List<List<Integer>> batches = epochs.batchesOf(step);
      lossSum += gradientStep.by(batches);
      lossSteps++;
      if (recipe.regularization().averaging() > 0) {
        // The first steps are forgotten sooner: they are far from where the weights end.
        model.average(Math.min(recipe.regularization().averaging(), (1.0 + step) / (10.0 + step)));
      }
      for (List<Integer> batch : batches) {
        samples += batch.size();
        samplesHere += batch.size();
      }
      trainingNanos += System.nanoTime() - begun;
    }

    @Override
    public float step(List<Integer> batch) {
      List<Integer> shown = shown(batch);
      int[] labels = training.labels(shown);
      if (features.isPresent()) {
        return model.trainHeadStep(features.get().training(shown), labels, settings());
      }
      List<TokenizedText> texts = texts(shown);
      return teachers.isPresent()
          ? model.trainStep(texts, teachers.get().targets(texts, labels), settings())
          : model.trainStep(texts, labels, settings());
    }

    @Override
    public float addGradients(List<Integer> batch, double share) {
      List<Integer> shown = shown(batch);
      int[] labels = training.labels(shown);
      if (features.isPresent()) {
        return model.addHeadGradients(features.get().training(shown), labels, settings(), share);
      }
      List<TokenizedText> texts = texts(shown);
      return teachers.isPresent()
          ? model.addGradients(texts, teachers.get().targets(texts, labels), settings(), share)
          : model.addGradients(texts, labels, settings(), share);
    }

    @Override
    public void apply(float loss) {
      model.applyGradients(settings(), loss);
    }

    @Override
    public void drop() {
      model.dropGradients();
    }

    @Override
    public double weight(List<Integer> batch) {
      return classWeights.isEmpty()
          ? batch.size()
          : batch.stream().mapToDouble(i -> classWeights.get(training.label(i))).sum();
    }

    /** The batch as the model sees it: twice where two passes of a text have to agree. */
    private List<Integer> shown(List<Integer> batch) {
      return recipe.regularization().consistency() == 0
          ? batch
          : Stream.concat(batch.stream(), batch.stream()).toList();
    }

    private StepSettings settings() {
      return optimizer
          .withLearningRate(learningRate.at(step))
          .withSeed(Seeds.ofStep(seed, step))
          .withFrozen(frozen());
    }

    private List<String> frozen() {
      int layers = model.config().layers();
      int epoch = epochs.epochOf(step);
      return switch (recipe.transfer()) {
        case ALL -> List.of();
        case HEAD -> TrainableClassifier.frozenBelow(layers);
        case GRADUAL ->
            epoch <= layers ? TrainableClassifier.frozenBelow(layers - epoch) : List.of();
      };
    }

    private List<TokenizedText> texts(List<Integer> batch) {
      List<TokenizedText> texts = training.texts(batch);
      if (masking.isEmpty()) {
        return texts;
      }
      // Known from step and batch alone, for a run that is taken up again.
      Random random = new Random(Seeds.mixed(Seeds.mixed(seed, step), 1L + batch.get(0)));
      return texts.stream().map(text -> masking.get().thinned(text, random)).toList();
    }

    private float[] logits(List<Integer> batch) {
      return features.isPresent()
          ? model.headLogits(features.get().validation(batch))
          : model.logits(validation.texts(batch));
    }

    /** What the frozen encoder makes of all examples. */
    private float[][] encode(EncodedExamples examples) {
      float[][] encoded = new float[examples.size()][];
      for (List<Integer> batch : validationBatches.plan(examples.lengths())) {
        if (stopped.getAsBoolean()) {
          throw new TrainingStoppedException();
        }
        float[][] rows = model.features(examples.texts(batch));
        for (int i = 0; i < rows.length; i++) {
          encoded[batch.get(i)] = rows[i];
        }
      }
      return encoded;
    }

    /** Whether to go on. */
    private boolean validate() {
      return model.averaged(
          () -> {
            Scored scored = validator.score(this::logits);
            Validation point =
                new Validation(
                    step,
                    epoch(),
                    learningRate.at(step),
                    meanLoss(),
                    scored.loss(),
                    scored.matrix().macroF1(),
                    scored.matrix().accuracy());
            curve.add(point);
            learningRate = learningRate.after(scored.loss());
            boolean higher =
                best.stream().allMatch(b -> point.macroF1() > b.validation().macroF1());
            validationsSinceBest = higher ? 0 : validationsSinceBest + 1;
            if (best.stream().allMatch(b -> point.betterThan(b.validation()))) {
              best = Optional.of(new Best(point, scored.matrix(), model.snapshot()));
            }
            listener.validated(progress());
            lossSum = 0;
            lossSteps = 0;
            return isPatient();
          });
    }

    private boolean isPatient() {
      return recipe.patience() == 0 || validationsSinceBest < recipe.patience();
    }

    private void resume() {
      Optional<ResumePoint<Standing>> saved = state.find();
      if (saved.isEmpty()) {
        return;
      }
      Standing standing = saved.get().standing();
      model.restoreState(saved.get().byName());
      step = standing.step();
      samples = standing.samples();
      lossSum = standing.lossSum();
      lossSteps = standing.lossSteps();
      for (Validation point : standing.curve()) {
        curve.add(point);
        learningRate = learningRate.after(point.validationLoss());
      }
      validationsSinceBest = standing.validationsSinceBest();
      best =
          standing
              .best()
              .map(
                  index ->
                      new Best(
                          curve.get(index),
                          ConfusionMatrix.of(model.labels(), standing.bestMatrix()),
                          saved.get().best()));
      started = System.nanoTime() - (long) (standing.seconds() * 1e9);
      LOG.info("Goes on after step {} of {}", step, steps);
      listener.resumed(List.copyOf(curve));
    }

    private void save() {
      if (!state.isKept() || step == 0) {
        return;
      }
      Standing standing =
          new Standing(
              step,
              samples,
              lossSum,
              lossSteps,
              curve,
              best.map(b -> curve.indexOf(b.validation())),
              best.map(b -> b.matrix().rows()).orElseGet(List::of),
              validationsSinceBest,
              elapsed().toMillis() / 1e3);
      state.save(step, ResumePoint.of(standing, model.state(), best.map(Best::weights)));
    }

    private Progress progress() {
      double nanosAStep = (double) elapsed().toNanos() / step;
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
      return samplesHere / (Math.max(1, trainingNanos) / 1e9);
    }

    private Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - started);
    }
  }

  private record Best(Validation validation, ConfusionMatrix matrix, Snapshot weights) {}

  /** What the frozen encoder makes of the examples, shape [examples][width]. */
  @SuppressWarnings("ArrayRecordComponent") // Private, compared nowhere.
  private record Features(float[][] ofTraining, float[][] ofValidation) {

    float[][] training(List<Integer> batch) {
      return batch.stream().map(i -> ofTraining[i]).toArray(float[][]::new);
    }

    float[][] validation(List<Integer> batch) {
      return batch.stream().map(i -> ofValidation[i]).toArray(float[][]::new);
    }
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }

  /** What of a step does not change over a run. */
  static StepSettings stepSettings(Optimizer optimizer) {
    return StepSettings.of(optimizer.learningRate())
        .withMoments(optimizer.beta1(), optimizer.beta2(), optimizer.epsilon())
        .withWeightDecay(optimizer.weightDecay(), optimizer.decayAll())
        .withMaxGradientNorm(optimizer.gradientClipping())
        .withLayerDecay(optimizer.layerDecay());
  }

  /** The index of the highest of a row of probabilities or logits, the first of equal ones. */
  static int mostProbable(float[] row) {
    int most = 0;
    for (int i = 1; i < row.length; i++) {
      if (row[i] > row[most]) {
        most = i;
      }
    }
    return most;
  }
}
