package dev.verdict.cli.offline;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.ProgressView;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.contract.Json;
import dev.verdict.trainer.data.DataRow;
import dev.verdict.trainer.data.Part;
import dev.verdict.trainer.training.Example;
import dev.verdict.trainer.training.LabelledScores;
import dev.verdict.trainer.training.Scores;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict evaluate}: a checkpoint's scores on labelled files. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Test a checkpoint on labelled reviews from files, without Kafka.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {
      "",
      "Examples:",
      "  verdict evaluate --model my-model --data reviews.csv --label-column stars",
      "  verdict evaluate --model my-model --data reviews.jsonl --split all --json | jq .macro_f1"
    })
public final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private EvaluationData data = new EvaluationData();

  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  /** The figures, those of {@code metrics.json} and what a run of its own has besides. */
  record Report(
      String model,
      Optional<String> modelVersion,
      List<String> data,
      Optional<String> split,
      @JsonUnwrapped Scores scores,
      double logLoss,
      double seconds,
      double reviewsPerSecond) {}

  @Override
  public Integer call() {
    StandardErrorLog.use();
    try (OpenModel opened = model.open(options)) {
      EvaluationData.Chosen chosen = data.read(opened.folder(), opened.classifier().labels());
      LabelledScores scores = score(opened, chosen.rows(), spec.commandLine().getErr());
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(new String(Json.write(report(opened, chosen, scores)), StandardCharsets.UTF_8));
      } else {
        out.print(ScoreTable.of(opened.folder().toString(), chosen, scores));
      }
      out.flush();
      return 0;
    }
  }

  /** Tests the model, showing how far it is. */
  static LabelledScores score(OpenModel opened, List<DataRow> rows, PrintWriter err) {
    opened.classifier().warmUp();
    ProgressView progress = ProgressView.on(err, "reviews");
    List<Example> examples = rows.stream().map(DataRow::example).toList();
    LabelledScores scores =
        LabelledScores.of(
            opened.classifier(),
            opened.limits(),
            examples,
            done -> progress.at(done, examples.size()));
    progress.clear();
    return scores;
  }

  private static Report report(
      OpenModel opened, EvaluationData.Chosen chosen, LabelledScores scores) {
    return new Report(
        opened.folder().toString(),
        opened.version(),
        chosen.files().stream().map(Path::toString).toList(),
        chosen.part().map(Part::toString),
        Scores.of(scores.matrix()),
        scores.logLoss(),
        scores.seconds(),
        scores.matrix().total() / scores.seconds());
  }
}
