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
import dev.verdict.trainer.data.LabelledData;
import dev.verdict.trainer.data.SplitShares;
import dev.verdict.trainer.training.BaseModel;
import dev.verdict.trainer.training.Candidate;
import dev.verdict.trainer.training.CandidateTrainer;
import dev.verdict.trainer.training.Split;
import dev.verdict.trainer.training.TrainingPlan;
import dev.verdict.trainer.training.TrainingStoppedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict train}: a checkpoint out of labelled files, as the trainer makes it. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Train a classifier on labelled reviews from files, without Kafka.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "2:An argument, setting, file or checkpoint cannot be used.",
      "130, 143:Stopped; --resume goes on."
    },
    footer = {
      "",
      "Without a field split the reviews are split 60/20/20, every class in the same shares.",
      "The recipe is scratch.* for random weights and fine.tune.* for everything else.",
      "",
      "Examples:",
      "  verdict train --data reviews.jsonl --out my-model",
      "  verdict train --data reviews.csv --label-column stars --base my-base --out my-model"
          + " -R epochs=3 -R class.weights=balanced"
    })
public final class TrainCommand implements Callable<Integer> {
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
      description = "Go on with an unfinished run of the same data and recipe.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    StandardErrorLog.use();
    BaseModel.check("option --base", base);
    Settings settings =
        training.settings(
            options,
            base.startsWith("scratch:")
                ? SettingsDefinition.SCRATCH
                : SettingsDefinition.FINE_TUNE);
    PrintWriter out = spec.commandLine().getOut();
    Split split = data.read().split(SplitShares.DEFAULT, settings.trainer().seed());
    LabelledData.leak(split).ifPresent(out::println);
    out.printf(
        Locale.ROOT,
        "%,d reviews to train on, %,d to validate on, %,d to test on, from %s%n",
        split.training().size(),
        split.validation().size(),
        split.heldOut().size(),
        data.files());
    out.flush();
    try (StopSignal stop = StopSignal.listen()) {
      return train(settings, split, out, stop);
    }
  }

  private int train(Settings settings, Split split, PrintWriter out, StopSignal stop)
      throws IOException {
    TrainingProgress progress = new TrainingProgress(out, Terminal.isThere(), System::nanoTime);
    try (Workspace workspace = Workspace.open(training.out(), resume)) {
      Candidate candidate =
          new CandidateTrainer(
                  settings.trainer(),
                  settings.maxLength(),
                  settings.batchLimits(),
                  HubBases.create())
              .train(
                  plan(settings, split),
                  workspace.staged(),
                  workspace.state(),
                  progress,
                  stop::isGiven);
      progress.clear();
      CheckpointFolder.moveTo(workspace.staged(), training.out());
      workspace.done();
      out.print(new TrainingSummary(training.out(), candidate));
      out.flush();
      return 0;
    } catch (TrainingStoppedException e) {
      progress.clear();
      out.println(Workspace.stopped(training.out()));
      out.flush();
      return StopSignal.STOPPED;
    }
  }

  private TrainingPlan plan(Settings settings, Split split) {
    Path name = training.out().toAbsolutePath().normalize().getFileName();
    return new TrainingPlan(
        name.toString(),
        "verdict train",
        base,
        Optional.empty(),
        settings.modelLabels(),
        split,
        Map.of(),
        0,
        settings.trainer().seed());
  }
}
