package dev.verdict.cli.offline;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.HubBases;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.cli.StopSignal;
import dev.verdict.cli.Terminal;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.trainer.data.SplitShares;
import dev.verdict.trainer.training.BaseModel;
import dev.verdict.trainer.training.Reproduction;
import dev.verdict.trainer.training.Split;
import dev.verdict.trainer.training.TrainingStoppedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verdict reproduce}: trains a checkpoint once more and compares the weights. */
@Command(
    name = "reproduce",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Train a checkpoint once more by its record, and compare the weights bit for bit.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The same weights, bit for bit.",
      "1:Others, or it cannot be tried.",
      "2:An argument, setting, file or checkpoint cannot be used.",
      ExitCodes.STOPPED
    },
    footer = {"", "Examples:", "  verdict reproduce my-model --data reviews.jsonl"})
public final class ReproduceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();
  @Mixin private DataOptions data = new DataOptions();

  @Parameters(paramLabel = "DIR", description = "The checkpoint.")
  private Path folder = Path.of("");

  @Option(
      showDefaultValue = NEVER,
      names = "--base",
      paramLabel = "BASE",
      description = "What it started from, where that is not at its old place.")
  private Optional<String> base = Optional.empty();

  @Override
  public Integer call() throws IOException {
    StandardErrorLog.use();
    PrintWriter out = spec.commandLine().getOut();
    Reproduction reproduction = record();
    if (reproduction.fromAVersion() && base.isEmpty()) {
      throw new SettingsException(
          "%s started from version %s: --base must be the folder of that"
              .formatted(folder, reproduction.base()));
    }
    String start = base.orElse(reproduction.base());
    BaseModel.check("option --base", start);
    Settings settings =
        options.readWith(Map.of("torch.threads", String.valueOf(reproduction.threads())));
    Split split = data.read().split(SplitShares.DEFAULT, reproduction.seed());
    Optional<String> differs = reproduction.dataDiffers(split);
    if (differs.isPresent()) {
      out.println(folder + ": " + differs.get());
      out.flush();
      return 1;
    }
    try (StopSignal stop = StopSignal.listen()) {
      return retrain(reproduction, settings, start, split, out, stop);
    }
  }

  private int retrain(
      Reproduction reproduction,
      Settings settings,
      String start,
      Split split,
      PrintWriter out,
      StopSignal stop)
      throws IOException {
    TrainingProgress progress = new TrainingProgress(out, Terminal.isThere(), System::nanoTime);
    Path work = Files.createTempDirectory("verdict-reproduce-");
    try {
      Reproduction.Outcome outcome =
          reproduction.run(
              settings.trainer(),
              settings.batchLimits(),
              HubBases.create(),
              start,
              split,
              Files.createDirectory(work.resolve("model")),
              work.resolve("state"),
              progress,
              stop::isGiven);
      progress.clear();
      return tell(outcome, out);
    } catch (TrainingStoppedException e) {
      progress.clear();
      out.println("Stopped");
      out.flush();
      return StopSignal.STOPPED;
    } finally {
      CheckpointFolder.deleteRecursively(work);
    }
  }

  private Reproduction record() {
    try {
      return Reproduction.of(folder);
    } catch (IOException e) {
      throw new SettingsException(e.getMessage());
    }
  }

  private int tell(Reproduction.Outcome outcome, PrintWriter out) {
    if (outcome.same()) {
      out.printf("OK: model.safetensors is the same bit for bit, SHA-256 %s%n", outcome.sha256());
    } else {
      out.printf(
          "DIFFERENT: model.safetensors has SHA-256 %s, that of %s has %s%n",
          outcome.sha256(), folder, outcome.expected());
      outcome.differences().forEach(difference -> out.println("  " + difference));
    }
    out.flush();
    return outcome.same() ? 0 : 1;
  }
}
