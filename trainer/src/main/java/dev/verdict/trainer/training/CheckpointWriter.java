package dev.verdict.trainer.training;

import dev.verdict.config.TrainingRecipe;
import dev.verdict.contract.Json;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Writes what tells how a version came to be beside its weights and tokenizer: {@code
 * training.json}, {@code metrics.json} and the model card {@code README.md}.
 */
final class CheckpointWriter {
  private final TrainingPlan plan;
  private final TrainingReport.Source source;
  private final TrainingRecipe recipe;
  private final int maxLength;

  CheckpointWriter(
      TrainingPlan plan, TrainingReport.Source source, TrainingRecipe recipe, int maxLength) {
    this.plan = plan;
    this.source = source;
    this.recipe = recipe;
    this.maxLength = maxLength;
  }

  /**
   * Contents of {@code metrics.json}.
   *
   * @param heldOut the new version on the held-out reviews
   * @param champion the version to beat on the same reviews
   * @param curve every validation
   */
  record Metrics(
      Scores validation,
      double validationLoss,
      Scores heldOut,
      Optional<Scores> champion,
      List<Validation> curve) {}

  /** Writes the files into the folder that already holds weights and tokenizer. */
  void write(Path staged, TrainingResult result, Gate.Result gate) throws IOException {
    TrainingReport report =
        new TrainingReport(
            plan.model(),
            plan.requestId(),
            source,
            recipe,
            maxLength,
            plan.seed(),
            TrainingReport.Data.of(plan.split()),
            result.steps(),
            result.best().step(),
            result.elapsed().toMillis() / 1e3,
            result.samplesPerSecond(),
            TrainingReport.libraryVersions(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    Metrics metrics =
        new Metrics(
            Scores.of(result.validationMatrix()),
            result.best().validationLoss(),
            Scores.of(gate.challenger()),
            gate.champion().map(Scores::of),
            result.curve());
    Files.write(staged.resolve("training.json"), Json.writePretty(report));
    Files.write(staged.resolve("metrics.json"), Json.writePretty(metrics));
    Files.write(
        staged.resolve("README.md"),
        new ModelCard(report, metrics, gate.outcome().reason())
            .text()
            .getBytes(StandardCharsets.UTF_8));
  }
}
