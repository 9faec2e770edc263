package dev.verdict.trainer.training;

import dev.verdict.config.PretrainingRecipe;
import dev.verdict.model.MaskedLanguageModel;
import dev.verdict.model.Snapshot;
import dev.verdict.model.StepSettings;
import dev.verdict.text.MaskedText;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Teaches a language model to fill in masked words of unlabelled texts, other words each time (Liu
 * et al., arXiv:1907.11692, section 4.1): domain-adaptive pretraining (Gururangan et al.,
 * arXiv:2004.10964). The same seed, texts and number of threads give the same run, also when it is
 * stopped and taken up again in between.
 */
public final class Pretraining {
  private static final Logger LOG = LoggerFactory.getLogger(Pretraining.class);
  private static final int CHUNK = 1024;

  private final PretrainingRecipe recipe;
  private final long seed;
  private final ProgressListener listener;
  private final BooleanSupplier stopped;
  private final Optional<Resumption> resumption;

  /**
   * @param stopped asked before every step
   * @param resumption where the run keeps its state; empty for a run that is not taken up again
   */
  public Pretraining(
      PretrainingRecipe recipe,
      long seed,
      ProgressListener listener,
      BooleanSupplier stopped,
      Optional<Resumption> resumption) {
    this.recipe = recipe;
    this.seed = seed;
    this.listener = listener;
    this.stopped = stopped;
    this.resumption = resumption;
  }

  /**
   * How a run went; the model holds the weights of the lowest validation loss.
   *
   * @param curve every validation in order
   * @param best the one whose weights are kept
   * @param tokens of the texts
   */
  public record Result(int steps, List<Point> curve, Point best, long tokens, Duration elapsed) {}

  /**
   * One validation.
   *
   * @param epoch epochs done, in fractions
   * @param trainingLoss mean cross-entropy of the masked words since the validation before
   * @param validationLoss the same on texts that are not trained on, without dropout
   */
  public record Point(
      int step, double epoch, double learningRate, double trainingLoss, double validationLoss) {}

  /**
   * Trains the model.
   *
   * @param texts that the tokenizer is of; blank ones are left out
   * @throws IllegalArgumentException if there are too few texts to train and validate on
   * @throws TrainingStoppedException when it was asked to stop; its state after the last step is
   *     then saved
   */
  public Result run(MaskedLanguageModel model, ReviewTokenizer tokenizer, List<String> texts)
      throws IOException {
    List<TokenizedText> encoded = encode(texts, tokenizer);
    Collections.shuffle(encoded, new Random(seed));
    int validated = (int) Math.round(encoded.size() * recipe.validationPercent() / 100.0);
    if (validated == 0 || validated == encoded.size()) {
      throw new IllegalArgumentException(
          "There are %d texts to pretrain on, too few for %d%% of them to validate on"
              .formatted(encoded.size(), recipe.validationPercent()));
    }
    WordMasking masking =
        new WordMasking(tokenizer.maskId(), model.config().vocabSize(), recipe.masking());
    return new Run(
            model,
            masking,
            encoded.subList(validated, encoded.size()),
            encoded.subList(0, validated))
        .run();
  }

  private List<TokenizedText> encode(List<String> texts, ReviewTokenizer tokenizer) {
    List<TokenizedText> encoded = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += CHUNK) {
      checkStopped();
      tokenizer.encode(texts.subList(from, Math.min(texts.size(), from + CHUNK))).stream()
          .filter(text -> text.length() > 2)
          .forEach(encoded::add);
    }
    return encoded;
  }

  private void checkStopped() {
    if (stopped.getAsBoolean()) {
      throw new TrainingStoppedException();
    }
  }

  /**
   * Where a run stands, but for the tensors.
   *
   * @param step steps done
   * @param samples texts seen
   * @param lossSum of the steps since the last validation
   * @param lossSteps these steps
   * @param curve validations so far
   * @param best place of the best validation in the curve, where there is one
   * @param seconds spent so far
   */
  record Standing(
      int step,
      long samples,
      double lossSum,
      int lossSteps,
      List<Point> curve,
      Optional<Integer> best,
      double seconds) {}

  /** The state of one run. */
  private final class Run implements GradientStep.Learner {
    private final MaskedLanguageModel model;
    private final WordMasking masking;
    private final List<TokenizedText> training;
    private final List<List<MaskedText>> validation;
    private final Epochs epochs;
    private final StepSettings optimizer;
    private final GradientStep gradientStep = new GradientStep(this);
    private final List<Point> curve = new ArrayList<>();
    private final RunStateFile<Standing> state = new RunStateFile<>(resumption, Standing.class);

    private long started = System.nanoTime();
    private LearningRate learningRate;
    private int step;
    private long samples;
    private long samplesHere;
    private final long startedHere = System.nanoTime();
    private double lossSum;
    private int lossSteps;
    private Optional<Best> best = Optional.empty();

    Run(
        MaskedLanguageModel model,
        WordMasking masking,
        List<TokenizedText> training,
        List<TokenizedText> validation) {
      this.model = model;
      this.masking = masking;
      this.training = training;
      // Masked once, so that all validations ask the same.
      this.validation = masked(validation, new Random(Seeds.mixed(seed, 0)));
      this.epochs =
          new Epochs(lengths(training), recipe.batches(), recipe.epochs(), recipe.maxSteps(), seed);
      this.learningRate =
          LearningRate.of(recipe.optimizer().learningRate(), recipe.schedule(), epochs.steps());
      this.optimizer = Training.stepSettings(recipe.optimizer());
    }

    private List<List<MaskedText>> masked(List<TokenizedText> texts, Random random) {
      return LengthGroupedBatches.plan(lengths(texts), recipe.batches(), random).stream()
          .map(batch -> batch.stream().map(i -> masking.toFillIn(texts.get(i), random)).toList())
          .toList();
    }

    Result run() {
      model.setDropout(recipe.dropout());
      resume();
      while (step < epochs.steps()) {
        if (stopped.getAsBoolean()) {
          save();
          throw new TrainingStoppedException();
        }
        train();
        if (step % recipe.evaluationSteps() == 0 || step == epochs.steps()) {
          validate();
        }
        listener.stepped(progress());
        if (step < epochs.steps() && state.isDue()) {
          save();
        }
      }
      Best kept = best.orElseThrow();
      model.restore(kept.weights());
      return new Result(
          step,
          List.copyOf(curve),
          kept.point(),
          training.stream().mapToLong(TokenizedText::length).sum(),
          elapsed());
    }

    private void train() {
      step++;
      List<List<Integer>> batches = epochs.batchesOf(step);
      lossSum += gradientStep.by(batches);
      lossSteps++;
      for (List<Integer> batch : batches) {
        samples += batch.size();
        samplesHere += batch.size();
      }
    }

    @Override
    public float step(List<Integer> batch) {
      return model.trainStep(texts(batch), settings());
    }

    @Override
    public float addGradients(List<Integer> batch, double share) {
      return model.addGradients(texts(batch), settings(), share);
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
      return batch.size();
    }

    private StepSettings settings() {
      return optimizer.withLearningRate(learningRate.at(step)).withSeed(Seeds.ofStep(seed, step));
    }

    private List<MaskedText> texts(List<Integer> batch) {
      Random random = new Random(Seeds.mixed(Seeds.mixed(seed, step), 1L + batch.get(0)));
      return batch.stream().map(i -> masking.toFillIn(training.get(i), random)).toList();
    }

    private void validate() {
      double sum = 0;
      int words = 0;
      for (List<MaskedText> batch : validation) {
        int ofBatch = batch.stream().mapToInt(text -> text.words().length).sum();
        sum += model.loss(batch) * ofBatch;
        words += ofBatch;
      }
      Point point = new Point(step, epoch(), learningRate.at(step), meanLoss(), sum / words);
      curve.add(point);
      learningRate = learningRate.after(point.validationLoss());
      if (best.stream().allMatch(b -> point.validationLoss() < b.point().validationLoss())) {
        best = Optional.of(new Best(point, model.snapshot()));
      }
      listener.validated(progress());
      lossSum = 0;
      lossSteps = 0;
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
      for (Point point : standing.curve()) {
        curve.add(point);
        learningRate = learningRate.after(point.validationLoss());
      }
      best = standing.best().map(index -> new Best(curve.get(index), saved.get().best()));
      started = System.nanoTime() - (long) (standing.seconds() * 1e9);
      LOG.info("Goes on after step {} of {}", step, epochs.steps());
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
              best.map(b -> curve.indexOf(b.point())),
              elapsed().toMillis() / 1e3);
      state.save(step, ResumePoint.of(standing, model.state(), best.map(Best::weights)));
    }

    private Progress progress() {
      double nanosAStep = (double) elapsed().toNanos() / step;
      return new Progress(
          step,
          epochs.steps(),
          epoch(),
          learningRate.at(step),
          meanLoss(),
          curve.isEmpty()
              ? OptionalDouble.empty()
              : OptionalDouble.of(curve.get(curve.size() - 1).validationLoss()),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          samplesHere / ((System.nanoTime() - startedHere) / 1e9),
          Duration.ofNanos((long) (nanosAStep * (epochs.steps() - step))));
    }

    private double epoch() {
      return (double) samples / training.size();
    }

    private double meanLoss() {
      return lossSteps == 0 ? curve.get(curve.size() - 1).trainingLoss() : lossSum / lossSteps;
    }

    private Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - started);
    }
  }

  private record Best(Point point, Snapshot weights) {}

  private static int[] lengths(List<TokenizedText> texts) {
    return texts.stream().mapToInt(TokenizedText::length).toArray();
  }
}
