package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.model.TrainableClassifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All runs of a recipe: its teachers, if it has any, and then the model that learns from them too
 * (Hinton, Vinyals and Dean, arXiv:1503.02531). What several models find together, one then serves.
 */
final class Distillation {
  private static final Logger LOG = LoggerFactory.getLogger(Distillation.class);

  private final TrainingRecipe recipe;
  private final BatchLimits validationLimits;
  private final long seed;
  private final ProgressListener listener;
  private final BooleanSupplier stopped;
  private final Resumption resumption;

  /**
   * @param seed of the model; the teachers have seeds made of it
   * @param resumption of the first run; the others have files beside it
   */
  Distillation(
      TrainingRecipe recipe,
      BatchLimits validationLimits,
      long seed,
      ProgressListener listener,
      BooleanSupplier stopped,
      Resumption resumption) {
    this.recipe = recipe;
    this.validationLimits = validationLimits;
    this.seed = seed;
    this.listener = listener;
    this.stopped = stopped;
    this.resumption = resumption;
  }

  /**
   * Trains the base's model.
   *
   * @return all runs as one after the other; its best validation is of the model, not of a teacher
   * @throws TrainingStoppedException when it was asked to stop; the state is then saved
   */
  TrainingResult run(BaseModel base, Split split) throws IOException {
    int teachers = recipe.distillation().teachers();
    if (teachers == 0) {
      return soup(listener, resumption, Optional.empty())
          .run(base.model(), base.tokenizer(), split);
    }
    List<TrainableClassifier> models = new ArrayList<>();
    List<TrainingResult> results = new ArrayList<>();
    try {
      for (int index = 0; index < teachers; index++) {
        long own = Seeds.mixed(seed, -1L - index);
        TrainableClassifier teacher = base.another(own);
        models.add(teacher);
        results.add(teach(teacher, index, own, List.copyOf(results), base, split));
      }
      TrainingResult result =
          soup(
                  new ShiftedProgress(listener, teachers + 1, results, false),
                  resumption.member(teachers),
                  Optional.of(new Teachers(models, recipe.distillation().share())))
              .run(base.model(), base.tokenizer(), split);
      return result.after(results);
    } finally {
      models.forEach(TrainableClassifier::close);
    }
  }

  private TrainingResult teach(
      TrainableClassifier teacher,
      int index,
      long own,
      List<TrainingResult> before,
      BaseModel base,
      Split split)
      throws IOException {
    int runs = recipe.distillation().teachers() + recipe.runs();
    TrainingResult result =
        new Training(
                recipe,
                validationLimits,
                own,
                new ShiftedProgress(listener, runs, before, false),
                stopped,
                Optional.of(resumption.member(index)))
            .run(teacher, base.tokenizer(), split);
    teacher.resetOptimizer();
    teacher.dropGradients();
    LOG.info(
        "Teacher {} of {}: validation macro F1 {}",
        index + 1,
        recipe.distillation().teachers(),
        String.format(Locale.ROOT, "%.4f", result.best().macroF1()));
    return result;
  }

  private ModelSoup soup(ProgressListener told, Resumption state, Optional<Teachers> teachers) {
    return new ModelSoup(recipe, validationLimits, seed, told, stopped, state, teachers);
  }
}
