package dev.verdict.cli.offline;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.HubBases;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.cli.StopSignal;
import dev.verdict.cli.Terminal;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.trainer.data.DataFiles;
import dev.verdict.trainer.data.DataRow;
import dev.verdict.trainer.data.Part;
import dev.verdict.trainer.training.Pretrainer;
import dev.verdict.trainer.training.Pretraining;
import dev.verdict.trainer.training.TrainingStoppedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict pretrain}: a base out of unlabelled reviews. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Teach a language model the words of unlabelled reviews: a base for `verdict train`.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "2:An argument, setting, file or checkpoint cannot be used.",
      "130, 143:Stopped; --resume goes on."
    },
    footer = {
      "",
      "Rows whose split is validation or test are left out.",
      "",
      "Examples:",
      "  verdict pretrain --data reviews.jsonl --out my-base",
      "  verdict pretrain --data a.csv --data b.csv --base hf://distilbert/distilbert-base-uncased"
          + " --out base -R epochs=3"
    })
public final class PretrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();
  @Mixin private DataOptions data = new DataOptions();
  @Mixin private TrainingOptions training = new TrainingOptions();

  @Option(
      names = "--base",
      paramLabel = "BASE",
      description = "scratch:<preset>, a folder, or hf://owner/name[@revision].")
  private String base = "scratch:tiny";

  @Option(
      names = "--resume",
      description = "Go on with an unfinished run of the same texts and recipe.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    StandardErrorLog.use();
    Settings settings = training.settings(options, SettingsDefinition.PRETRAIN);
    List<String> texts = texts();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "%,d texts from %s%n", texts.size(), data.files());
    try (StopSignal stop = StopSignal.listen()) {
      return pretrain(settings, texts, out, stop);
    }
  }

  private int pretrain(Settings settings, List<String> texts, PrintWriter out, StopSignal stop)
      throws IOException {
    TrainingProgress progress = new TrainingProgress(out, Terminal.isThere(), System::nanoTime);
    try (Workspace workspace = Workspace.open(training.out(), resume)) {
      Pretraining.Result result =
          new Pretrainer(
                  settings.pretraining(),
                  settings.trainer().vocabulary(),
                  settings.maxLength(),
                  settings.trainer().seed(),
                  settings.trainer().stateInterval(),
                  HubBases.create())
              .pretrain(
                  base, texts, workspace.staged(), workspace.state(), progress, stop::isGiven);
      progress.clear();
      CheckpointFolder.moveTo(workspace.staged(), training.out());
      workspace.done();
      out.printf(
          Locale.ROOT,
          "%s: %.4f nats a masked word (perplexity %.1f), the best of %d steps in %s s%n",
          training.out(),
          result.best().validationLoss(),
          Math.exp(result.best().validationLoss()),
          result.steps(),
          result.elapsed().toSeconds());
      out.flush();
      return 0;
    } catch (TrainingStoppedException e) {
      progress.clear();
      out.println(Workspace.stopped(training.out()));
      out.flush();
      return StopSignal.STOPPED;
    }
  }

  private List<String> texts() {
    return DataFiles.unlabelled(data.columns()).read(data.files()).stream()
        .filter(row -> row.part().map(Part.TRAIN::equals).orElse(true))
        .map(DataRow::text)
        .toList();
  }
}
