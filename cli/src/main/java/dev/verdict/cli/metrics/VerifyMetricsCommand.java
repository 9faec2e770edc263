package dev.verdict.cli.metrics;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.ProgressView;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.CheckedEvaluation;
import dev.verdict.contract.CheckedEvaluation.Outcome;
import dev.verdict.contract.Evaluation;
import dev.verdict.contract.EvaluationAudit;
import dev.verdict.evaluation.WindowSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict verify-metrics}: whether the published scores are what the topics say. */
@Command(
    name = "verify-metrics",
    description = {
      "Count the published evaluations again from graded-predictions, by other code than the streams"
          + " app's, and compare every figure. Then look for each counted prediction and label in"
          + " predictions and labels, as far as these still have them.",
      "Give it the settings of the streams app: its topics, evaluation.grace.ms and"
          + " evaluation.segment.values matter. Nothing is written.",
      "The status is 0 if all that can be verified agrees, 1 if anything differs, 2 if there is"
          + " nothing that can be verified."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:Every evaluation agrees with the topics.",
      "1:One differs, or none could be verified.",
      ExitCodes.BAD_ARGUMENT
    },
    footer = {
      "",
      "Examples:",
      "  verdict verify-metrics",
      "  verdict verify-metrics --window last_1000 --version all",
      "  verdict verify-metrics --segment line=kitchen --json | jq '.evaluations[].differences'"
    })
public final class VerifyMetricsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--window",
      paramLabel = "WINDOW",
      description = "Only evaluations of this window, such as last_1000, 1h or 24h_by_1h.")
  private Optional<String> window = Optional.empty();

  @Option(
      names = "--version",
      paramLabel = "VERSION",
      description = "Only evaluations of this version, or of all together: all.")
  private Optional<String> version = Optional.empty();

  @Option(
      names = "--segment",
      paramLabel = "ATTRIBUTE=VALUE",
      description = "Only evaluations of this segment.")
  private Optional<String> segment = Optional.empty();

  @Option(
      names = "--since-offset",
      paramLabel = "OFFSET",
      description =
          "The offset of graded-predictions at which the scores were begun, after a reset of the"
              + " application. Evaluations published before are left out.")
  private long since;

  @Option(
      names = "--no-sources",
      description = "Do not look for predictions and labels in their topics.")
  private boolean withoutSources;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // picocli asks whether it was given
  private boolean help;

  @Option(names = "--json", description = "As one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    check();
    Settings settings = options.read();
    MetricsReader reader = new MetricsReader(settings);
    reader.requireTopics(!withoutSources);
    PrintWriter err = spec.commandLine().getErr();
    Function<String, ProgressView> progress = unit -> ProgressView.on(err, unit);
    Map<String, Evaluation> published = reader.evaluations(this::wanted, progress);
    if (published.isEmpty()) {
      err.printf("No such evaluation of %s has been published%n", settings.modelName());
      return CommandLine.ExitCode.USAGE;
    }
    EvaluationAudit audit = reader.count(published, since, progress);
    List<CheckedEvaluation> results = audit.results();
    Optional<SourceCheck.Result> sources =
        withoutSources ? Optional.empty() : Optional.of(reader.sources(audit, progress));
    MetricsReport report = MetricsReport.of(settings.modelName(), results, sources);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json() + System.lineSeparator() : report.table());
    out.flush();
    if (reader.unreadable() > 0) {
      err.printf("%,d records could not be read and are left out%n", reader.unreadable());
    }
    if (report.differs()) {
      return 1;
    }
    if (results.stream().allMatch(each -> each.outcome() == Outcome.NOT_VERIFIABLE)) {
      err.println(
          "No evaluation can be verified: graded-predictions no longer has what they count");
      return CommandLine.ExitCode.USAGE;
    }
    return 0;
  }

  private void check() {
    window.ifPresent(
        text -> {
          try {
            WindowSpec.parse(text);
          } catch (IllegalArgumentException e) {
            throw new SettingsException(
                "Invalid value %s for option --window: %s".formatted(text, e.getMessage()));
          }
        });
    segment
        .filter(each -> each.indexOf('=') < 1)
        .ifPresent(
            each -> {
              throw new SettingsException(
                  "Invalid value %s for option --segment: must be <attribute>=<value>"
                      .formatted(each));
            });
    if (since < 0) {
      throw new SettingsException(
          "Invalid value %d for option --since-offset: must be 0 or more".formatted(since));
    }
  }

  private boolean wanted(Evaluation evaluation) {
    return (since == 0 || evaluation.labelledThrough() >= since)
        && window.map(evaluation.window()::equals).orElse(true)
        && version.map(evaluation.modelVersion()::equals).orElse(true)
        && (segment.isEmpty() || segment.equals(evaluation.segment()));
  }
}
