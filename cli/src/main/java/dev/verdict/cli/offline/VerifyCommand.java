package dev.verdict.cli.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.verdict.batching.BatchLimits;
import dev.verdict.checkpoint.CheckpointException;
import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.checkpoint.CheckpointManifest;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.Json;
import dev.verdict.evaluation.ConfusionMatrix;
import dev.verdict.model.InferenceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verdict verify}: whether a checkpoint is what it was. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Check every file of a checkpoint against MANIFEST.json and name each that differs, is missing"
          + " or is not in it.",
      "With --data also test it again and compare with held_out in metrics.json, which must be of"
          + " the same reviews, by the length that training.json names.",
      "The status is 1 if anything differs. A folder that Verdict did not make has no"
          + " MANIFEST.json, which is said and is no difference."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:All is as it was published.",
      "1:Something differs.",
      "2:An argument, setting, file or checkpoint cannot be used."
    },
    footer = {
      "",
      "Examples:",
      "  verdict verify my-model",
      "  verdict verify my-model --data reviews.csv --split test"
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final String METRICS = "metrics.json";
  private static final String TRAINING = "training.json";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();
  @Mixin private EvaluationData data = new EvaluationData();

  @Parameters(paramLabel = "DIR", description = "The checkpoint, a folder.")
  private Path folder = Path.of("");

  @Override
  public Integer call() throws IOException {
    StandardErrorLog.use();
    if (!Files.isDirectory(folder)) {
      throw new SettingsException(
          "Invalid value %s for parameter DIR: must be the folder of a checkpoint"
              .formatted(folder));
    }
    Settings settings = options.read();
    PrintWriter out = spec.commandLine().getOut();
    List<String> faults = files(out);
    if (faults.isEmpty() && data.isGiven()) {
      faults = scores(settings, out);
    }
    faults.forEach(out::println);
    out.println(faults.isEmpty() ? "OK" : count(faults));
    out.flush();
    return faults.isEmpty() ? 0 : 1;
  }

  private static String count(List<String> faults) {
    return faults.size() == 1 ? "1 difference" : faults.size() + " differences";
  }

  private List<String> files(PrintWriter out) throws IOException {
    if (Files.exists(folder.resolve(CheckpointManifest.NAME))) {
      try {
        List<String> faults = CheckpointFolder.faults(folder);
        if (faults.isEmpty()) {
          out.println("Every file is as MANIFEST.json says");
        }
        return faults;
      } catch (CheckpointException e) {
        return List.of(e.getMessage());
      }
    }
    if (Files.exists(folder.resolve(TRAINING))) {
      return List.of("MANIFEST.json is missing, though training.json says that it was sealed");
    }
    out.println("There is no MANIFEST.json: nothing says what the files should be");
    return List.of();
  }

  private List<String> scores(Settings settings, PrintWriter out) throws IOException {
    JsonNode recorded = json(METRICS).path("held_out");
    if (!recorded.path("confusion_matrix").isArray()) {
      return List.of(METRICS + " has no confusion matrix of held_out to compare with");
    }
    int maxLength = json(TRAINING).path("max_length").asInt(settings.maxLength());
    BatchLimits limits = settings.batchLimits();
    try (OpenModel opened =
        OpenModel.of("parameter DIR", folder, limits, InferenceOptions.of(maxLength))) {
      EvaluationData.Chosen chosen = data.read(folder, opened.classifier().labels());
      ConfusionMatrix found =
          EvaluateCommand.score(opened, chosen.rows(), spec.commandLine().getErr()).matrix();
      List<String> differences = compare(recorded, found);
      if (differences.isEmpty()) {
        out.printf(
            Locale.ROOT,
            "%s gives the confusion matrix of metrics.json again: macro F1 %.4f%n",
            chosen.description(),
            found.macroF1());
      }
      return differences;
    }
  }

  private static List<String> compare(JsonNode recorded, ConfusionMatrix found) {
    List<String> differences = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    recorded.path("classes").forEach(name -> classes.add(name.asText()));
    if (!classes.equals(found.classes())) {
      return List.of(
          "metrics.json has the classes %s, the model %s".formatted(classes, found.classes()));
    }
    if (recorded.path("examples").asLong() != found.total()) {
      return List.of(
          "metrics.json is of %,d reviews, the data has %,d"
              .formatted(recorded.path("examples").asLong(), found.total()));
    }
    for (int actual = 0; actual < classes.size(); actual++) {
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        long before = recorded.at("/confusion_matrix/" + actual + "/" + predicted).asLong(-1);
        long now = found.rows().get(actual).get(predicted);
        if (before != now) {
          differences.add(
              "%s predicted as %s: %,d, metrics.json says %,d"
                  .formatted(classes.get(actual), classes.get(predicted), now, before));
        }
      }
    }
    double before = recorded.path("macro_f1").asDouble(Double.NaN);
    if (Double.compare(before, found.macroF1()) != 0) {
      differences.add(
          String.format(
              Locale.ROOT, "macro F1: %.6f, metrics.json says %.6f", found.macroF1(), before));
    }
    return differences;
  }

  private JsonNode json(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Json.readTree(Files.readAllBytes(file)) : MissingNode.getInstance();
  }
}
