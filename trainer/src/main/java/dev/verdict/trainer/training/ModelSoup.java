package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.batching.BatchPlanner;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.model.Snapshot;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.ReviewTokenizer;
import dev.verdict.trainer.training.TrainingResult.Validation;
import dev.verdict.trainer.training.Validator.Scored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several runs from the same weights with other orders and dropout, and the mean of their best
 * weights: a model soup (Wortsman et al., arXiv:2203.05482), see {@link GreedyChoice}. Fine-tunings
 * of one pretrained base lie so close together that their mean is mostly better than each and
 * serves at the cost of one; of random weights it need not be, and the best run alone is kept. The
 * weights of every run are on the Java heap until the end.
 */
final class ModelSoup {
  private static final Logger LOG = LoggerFactory.getLogger(ModelSoup.class);

  private final TrainingRecipe recipe;
  private final BatchLimits validationLimits;
  private final long seed;
  private final ProgressListener listener;
  private final BooleanSupplier stopped;
  private final Resumption resumption;
  private final Optional<Teachers> teachers;

  /**
   * @param seed of the first run; the others have seeds made of it
   * @param resumption of the first run; the others have files beside it
   * @param teachers of every run
   */
  ModelSoup(
      TrainingRecipe recipe,
      BatchLimits validationLimits,
      long seed,
      ProgressListener listener,
      BooleanSupplier stopped,
      Resumption resumption,
      Optional<Teachers> teachers) {
    this.recipe = recipe;
    this.validationLimits = validationLimits;
    this.seed = seed;
    this.listener = listener;
    this.stopped = stopped;
    this.resumption = resumption;
    this.teachers = teachers;
  }

  /**
   * Trains the model, which then holds the soup.
   *
   * @return all runs as one after the other, and the validation of what is kept as its last point
   * @throws TrainingStoppedException when it was asked to stop; the state is then saved
   */
  TrainingResult run(TrainableClassifier model, ReviewTokenizer tokenizer, Split split)
      throws IOException {
    if (recipe.runs() == 1) {
      return training(seed, listener, resumption).run(model, tokenizer, split);
    }
    Snapshot start = model.snapshot();
    List<TrainingResult> results = new ArrayList<>();
    List<Snapshot> kept = new ArrayList<>();
    for (int index = 0; index < recipe.runs(); index++) {
      model.restore(start);
      model.resetOptimizer();
      long own = index == 0 ? seed : Seeds.mixed(seed, index);
      ProgressListener shifted =
          new ShiftedProgress(listener, recipe.runs(), List.copyOf(results), true);
      results.add(training(own, shifted, resumption.member(index)).run(model, tokenizer, split));
      kept.add(model.snapshot());
      LOG.info(
          "Run {} of {}: validation macro F1 {}",
          index + 1,
          recipe.runs(),
          String.format(Locale.ROOT, "%.4f", results.get(index).best().macroF1()));
    }
    return conclude(model, tokenizer, split, results, kept);
  }

  private Training training(long own, ProgressListener told, Resumption state) {
    return new Training(recipe, validationLimits, own, told, stopped, Optional.of(state), teachers);
  }

  private TrainingResult conclude(
      TrainableClassifier model,
      ReviewTokenizer tokenizer,
      Split split,
      List<TrainingResult> results,
      List<Snapshot> kept)
      throws IOException {
    EncodedExamples validation =
        new EncodedExamples(split.validation(), tokenizer::encode, model.labels(), stopped);
    Validator validator =
        new Validator(validation, new BatchPlanner(validationLimits), model.labels(), stopped);
    Function<List<Integer>, float[]> logits = batch -> model.logits(validation.texts(batch));
    int lastRun = results.size() - 1;
    TrainingResult runs = results.get(lastRun).after(results.subList(0, lastRun));
    Validation last = runs.curve().get(runs.curve().size() - 1);
    List<Integer> soup =
        GreedyChoice.of(
            results.stream().map(TrainingResult::best).toList(),
            some -> {
              model.restore(mean(kept, some));
              return point(last, validator.score(logits));
            });
    LOG.info("The mean of {} of {} runs is kept", soup.size(), kept.size());
    model.restore(mean(kept, soup));
    Scored scored = validator.score(logits);
    return runs.with(point(last, scored), scored);
  }

  private static Snapshot mean(List<Snapshot> kept, List<Integer> runs) {
    return Snapshot.mean(runs.stream().map(kept::get).toList());
  }

  private static Validation point(Validation last, Scored scored) {
    return new Validation(
        last.step(),
        last.epoch(),
        last.learningRate(),
        last.trainingLoss(),
        scored.loss(),
        scored.matrix().macroF1(),
        scored.matrix().accuracy());
  }
}
