package dev.verdict.trainer.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.config.TrainingRecipe;
import dev.verdict.config.VocabularySettings;
import dev.verdict.contract.Json;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.evaluation.MacroF1Interval;
import dev.verdict.evaluation.TemperatureScaling;
import dev.verdict.model.TorchRuntime;
import dev.verdict.trainer.report.Calibration;
import dev.verdict.trainer.report.CurvePoint;
import dev.verdict.trainer.report.HtmlReport;
import dev.verdict.trainer.report.ModelCard;
import dev.verdict.trainer.report.VersionReport;
import dev.verdict.trainer.training.TrainingResult.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Writes what tells how a version came to be beside its weights and tokenizer: {@code
 * training.json}, {@code metrics.json}, the model card {@code README.md} and {@code report.html}.
 */
final class CheckpointWriter {
  private static final int RESAMPLES = 1000;

  /** Records whose fields' names say too little alone. */
  private static final Set<String> AMBIGUOUS = Set.of("batches", "schedule", "distillation");

  private final TrainingPlan plan;
  private final TrainingReport.Source source;
  private final TrainingRecipe recipe;
  private final VocabularySettings vocabulary;
  private final int maxLength;
  private final int quotedExamples;

  CheckpointWriter(
      TrainingPlan plan,
      TrainingReport.Source source,
      TrainingRecipe recipe,
      VocabularySettings vocabulary,
      int maxLength,
      int quotedExamples) {
    this.plan = plan;
    this.source = source;
    this.recipe = recipe;
    this.vocabulary = vocabulary;
    this.maxLength = maxLength;
    this.quotedExamples = quotedExamples;
  }

  /**
   * Contents of {@code metrics.json}.
   *
   * @param heldOut the new version on the held-out reviews
   * @param champion the version to beat on the same reviews
   * @param heldOutInterval 95% of its macro F1, see {@link MacroF1Interval}
   * @param calibration absent where there are no held-out reviews to measure it on
   * @param curve every validation
   */
  record Metrics(
      Scores validation,
      double validationLoss,
      Scores heldOut,
      Optional<MacroF1Interval> heldOutInterval,
      Optional<Scores> champion,
      Optional<CalibrationScores> calibration,
      List<Validation> curve) {}

  /**
   * How honest the probabilities of the held-out reviews are.
   *
   * @param temperature fitted on the validation split
   * @param before expected calibration error at temperature 1
   * @param after at the fitted temperature
   */
  record CalibrationScores(double temperature, double before, double after) {}

  /** Writes the files into the folder that already holds weights and tokenizer. */
  void write(Path staged, TrainingResult result, TemperatureScaling temperature, Gate.Result gate)
      throws IOException {
    TrainingReport report =
        new TrainingReport(
            plan.model(),
            plan.requestId(),
            source,
            recipe,
            plan.classes(),
            vocabulary,
            maxLength,
            plan.seed(),
            TorchRuntime.threads(),
            TrainingReport.Data.of(plan),
            result.steps(),
            result.best().step(),
            result.elapsed().toMillis() / 1e3,
            result.samplesPerSecond(),
            result.halvedBatches(),
            result.skipped(),
            TrainingReport.libraryVersions(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    Optional<Calibration> calibration = calibration(temperature, gate);
    Metrics metrics =
        new Metrics(
            Scores.of(result.validationMatrix()),
            result.best().validationLoss(),
            Scores.of(gate.challenger()),
            interval(gate.challenger()),
            gate.champion().map(Scores::of),
            calibration.map(
                found ->
                    new CalibrationScores(
                        found.temperature(), found.before().expected(), found.after().expected())),
            result.curve());
    Files.write(staged.resolve("training.json"), Json.writePretty(report));
    Files.write(staged.resolve("metrics.json"), Json.writePretty(metrics));
    VersionReport version = version(staged, report, metrics, result, calibration, gate);
    Files.writeString(staged.resolve("README.md"), new ModelCard(version).text());
    Files.writeString(staged.resolve("report.html"), new HtmlReport(version).text());
  }

  private VersionReport version(
      Path staged,
      TrainingReport report,
      Metrics metrics,
      TrainingResult result,
      Optional<Calibration> calibration,
      Gate.Result gate)
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
            report.data().offsets()),
        arguments(report),
        metrics.curve().stream().map(CheckpointWriter::point).toList(),
        report.bestStep(),
        tested(result.validationMatrix()),
        tested(gate.challenger()),
        new VersionReport.Gate(gate.outcome().promoted(), gate.outcome().reason()),
        calibration,
        gate.tested().surestWrong(quotedExamples),
        CheckpointFolder.sha256(staged.resolve("model.safetensors")),
        report.libraries());
  }

  private VersionReport.Tested tested(ConfusionMatrix matrix) {
    return new VersionReport.Tested(matrix, interval(matrix));
  }

  private Optional<MacroF1Interval> interval(ConfusionMatrix matrix) {
    return matrix.total() == 0
        ? Optional.empty()
        : Optional.of(MacroF1Interval.of(matrix, RESAMPLES, plan.seed()));
  }

  private static Optional<Calibration> calibration(
      TemperatureScaling temperature, Gate.Result gate) {
    return gate.challenger().total() == 0
        ? Optional.empty()
        : Optional.of(
            new Calibration(
                temperature.temperature(),
                gate.tested().uncalibratedError(temperature),
                gate.tested().calibrationError()));
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

  /** Names the fields of records within records by both where one alone would not be clear. */
  private static void flatten(String prefix, JsonNode record, Map<String, String> into) {
    for (Map.Entry<String, JsonNode> field : record.properties()) {
      String name = field.getKey().replace('_', ' ');
      if (field.getValue().isObject()) {
        boolean clear = !AMBIGUOUS.contains(name);
        flatten(clear ? "" : name + ", ", field.getValue(), into);
      } else {
        into.put(prefix + name, field.getValue().asText().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** What the recipe and the run set, named as in {@code training.json}. */
  private static Map<String, String> arguments(TrainingReport report) throws IOException {
    Map<String, String> arguments = new LinkedHashMap<>();
    flatten("", Json.readTree(Json.writePretty(report.arguments())), arguments);
    if (report.arguments().distillation().teachers() == 0) {
      arguments.keySet().removeIf(name -> name.startsWith("distillation"));
    }
    arguments.put("longest review, tokens", "" + report.maxLength());
    arguments.put("seed", "" + report.seed());
    arguments.put("steps", "" + report.steps());
    arguments.put(
        "samples a second", String.format(Locale.ROOT, "%.1f", report.samplesPerSecond()));
    arguments.put("seconds", String.format(Locale.ROOT, "%.1f", report.seconds()));
    return arguments;
  }
}
