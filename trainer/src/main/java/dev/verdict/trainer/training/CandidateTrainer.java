package dev.verdict.trainer.training;

import dev.verdict.batching.BatchLimits;
import dev.verdict.checkpoint.DriftReferenceFile;
import dev.verdict.config.TrainerSettings;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.drift.ReferenceProfile;
import dev.verdict.evaluation.TemperatureScaling;
import dev.verdict.model.CalibrationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Carries out a plan without Kafka: base, training, checkpoint files, gate, model card. */
public final class CandidateTrainer {
  private final TrainerSettings settings;
  private final int maxLength;
  private final BatchLimits limits;
  private final BaseFetcher fetcher;

  /**
   * @param maxLength most tokens of a review
   * @param limits what a batch of validation and gate may hold
   */
  public CandidateTrainer(
      TrainerSettings settings, int maxLength, BatchLimits limits, BaseFetcher fetcher) {
    this.settings = settings;
    this.maxLength = maxLength;
    this.limits = limits;
    this.fetcher = fetcher;
  }

  /**
   * Trains and tests a version.
   *
   * @param staged empty folder that the checkpoint is written into; the caller seals or removes it
   * @param state file in which the run keeps its state and finds it again; the caller removes it
   * @param stopped asked every step
   * @throws TrainingStoppedException when it was asked to stop
   */
  public Candidate train(
      TrainingPlan plan,
      Path staged,
      Path state,
      ProgressListener listener,
      BooleanSupplier stopped)
      throws IOException {
    TrainingReport.Source source;
    TrainingRecipe recipe;
    TrainingResult result;
    try (BaseModel base = base(plan, staged);
        RunCurves curves = new RunCurves(staged, listener)) {
      recipe = base.pretrained() ? settings.fineTune() : settings.scratch();
      result =
          new Distillation(
                  recipe,
                  limits,
                  plan.seed(),
                  curves,
                  stopped,
                  new Resumption(state, run(plan, base, recipe), settings.stateInterval()))
              .run(base, plan.split());
      base.model().save(staged);
      source =
          new TrainingReport.Source(
              base.name(),
              base.pretrained() ? "fine-tune" : "scratch",
              base.origin(),
              plan.parent().map(TrainingPlan.Champion::version));
    }
    TemperatureScaling calibration =
        TemperatureScaling.fit(result.validationLogits(), result.validationLabels());
    CalibrationFile.write(staged, calibration.temperature());
    Gate test = new Gate(maxLength, limits, settings.gateConfidence());
    Gate.Result gate =
        test.compare(
            plan.champion().map(TrainingPlan.Champion::folder),
            staged,
            plan.split().heldOut(),
            stopped);
    DriftReferenceFile.write(staged, reference(test, gate, plan.split(), staged, stopped));
    new CheckpointWriter(
            plan, source, recipe, settings.vocabulary(), maxLength, settings.quotedExamples())
        .write(staged, result, calibration, gate);
    return new Candidate(
        staged,
        source.base(),
        source.parent(),
        plan.classes(),
        plan.offsets(),
        plan.split(),
        result,
        gate);
  }

  /**
   * Held-out reviews show how the version answers to what it has not learned; without any, those of
   * the validation, which only chose the weights and the temperature.
   */
  private static ReferenceProfile reference(
      Gate test, Gate.Result gate, Split split, Path staged, BooleanSupplier stopped)
      throws IOException {
    TestedExamples tested =
        split.heldOut().isEmpty()
            ? test.answers(staged, split.validation(), stopped)
            : gate.tested();
    return tested.profile();
  }

  private BaseModel base(TrainingPlan plan, Path staged) throws IOException {
    Optional<TrainingPlan.Champion> parent = plan.parent();
    if (parent.isPresent()) {
      return BaseModel.pretrained(
          parent.get().version(),
          parent.get().folder(),
          plan.classes(),
          maxLength,
          plan.seed(),
          staged);
    }
    return BaseModel.resolve(
        plan.base(),
        fetcher,
        settings.vocabulary(),
        plan.split(),
        plan.classes(),
        maxLength,
        plan.seed(),
        staged);
  }

  /** What makes a run the same as another. */
  private String run(TrainingPlan plan, BaseModel base, TrainingRecipe recipe) {
    return String.join(
        " ",
        base.name(),
        base.origin(),
        DataFingerprint.inOrder(plan.split().training().stream()),
        DataFingerprint.inOrder(plan.split().validation().stream()),
        String.join(",", plan.classes()),
        "" + maxLength,
        "" + plan.seed(),
        recipe.toString());
  }
}
