package dev.verdict.trainer.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.contract.Json;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.MacroF1Interval;
import dev.verdict.trainer.report.CurvePoint;
import dev.verdict.trainer.report.HtmlReport;
import dev.verdict.trainer.report.ModelCard;
import dev.verdict.trainer.report.VersionReport;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Writes what tells how a version came to be beside its weights and tokenizer: {@code
 * training.json}, {@code metrics.json}, the model card {@code README.md} and {@code report.html}.
 */
final class CheckpointWriter {
  private static final int RESAMPLES = 1000;
  private static final int SUREST_WRONG = 10;

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
    VersionReport version = version(staged, report, metrics, result, gate);
    Files.writeString(staged.resolve("README.md"), new ModelCard(version).text());
    Files.writeString(staged.resolve("report.html"), new HtmlReport(version).text());
  }

  private VersionReport version(
      Path staged, TrainingReport report, Metrics metrics, TrainingResult result, Gate.Result gate)
      throws IOException {
    return new VersionReport(
        report.model(),
        report.requestId(),
        report.finishedAt(),
        new VersionReport.Origin(source.base(), source.recipe(), source.parent()),
        new VersionReport.Data(
            report.data().fingerprint(),
            report.data().training(),
            report.data().validation(),
            report.data().heldOut(),
            report.data().labels(),
            Map.of()),
        arguments(report),
        metrics.curve().stream().map(CheckpointWriter::point).toList(),
        report.bestStep(),
        tested(result.validationMatrix()),
        tested(gate.challenger()),
        new VersionReport.Gate(gate.outcome().promoted(), gate.outcome().reason()),
        Optional.empty(),
        gate.tested().surestWrong(SUREST_WRONG),
        sha256(staged.resolve("model.safetensors")),
        report.libraries());
  }

  private VersionReport.Tested tested(ConfusionMatrix matrix) {
    return new VersionReport.Tested(
        matrix, Optional.of(MacroF1Interval.of(matrix, RESAMPLES, plan.seed())));
  }

  private static CurvePoint point(Validation point) {
    return new CurvePoint(
        point.step(),
        point.epoch(),
        point.learningRate(),
        point.trainingLoss(),
        OptionalDouble.of(point.validationLoss()),
        OptionalDouble.of(point.macroF1()));
  }

  /** What the recipe and the run set, named as in {@code training.json}. */
  private static Map<String, String> arguments(TrainingReport report) throws IOException {
    Map<String, String> arguments = new LinkedHashMap<>();
    JsonNode recipe = Json.readTree(Json.writePretty(report.arguments()));
    recipe
        .properties()
        .forEach(
            field ->
                arguments.put(
                    field.getKey().replace('_', ' '),
                    field.getValue().isValueNode()
                        ? field.getValue().asText().toLowerCase(Locale.ROOT)
                        : field.getValue().toString()));
    arguments.put("longest review, tokens", "" + report.maxLength());
    arguments.put("seed", "" + report.seed());
    arguments.put("steps", "" + report.steps());
    arguments.put(
        "samples a second", String.format(Locale.ROOT, "%.1f", report.samplesPerSecond()));
    arguments.put("seconds", String.format(Locale.ROOT, "%.1f", report.seconds()));
    return arguments;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
