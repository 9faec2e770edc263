package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.ExitCodes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code verdict bench}: measures, always beside the limit and in the same run. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Measure on this machine, each figure beside its limit in the same run.",
      "Without a verb, --quick measures a little of everything and --against compares it."
    },
    subcommands = {
      InferenceBench.class,
      TrainingBench.class,
      StreamBench.class,
      LatencyBench.class,
      SwapBench.class,
      SoakBench.class,
      StartBench.class
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "1:A ratio is worse than that of --against.",
      "2:An argument, setting, file or checkpoint cannot be used."
    },
    footer = {
      "",
      "Examples:",
      "  verdict bench inference",
      "  verdict bench --quick --against before.json",
    })
public final class BenchCommand implements Callable<Integer> {
  /** What a quick run measures, in this order. */
  private static final List<QuickPart> QUICK_PARTS =
      List.of(InferenceBench::measureQuick, StreamBench::measureQuick);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--against",
      paramLabel = "FILE",
      showDefaultValue = NEVER,
      description = "With --quick: what an earlier run wrote with --json. Ratios are compared.")
  private Optional<Path> against = Optional.empty();

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      description = "How much worse a ratio may be, relative to the earlier one.")
  private double tolerance = 0.25;

  /** A part of a quick run: a few rounds of what a verb measures at length. */
  @FunctionalInterface
  interface QuickPart {
    void measure(BenchReport report, BenchOptions options) throws Exception;
  }

  @Override
  public Integer call() throws Exception {
    if (!options.isQuick()) {
      throw new ParameterException(
          spec.commandLine(), "Missing required subcommand, or --quick for a little of everything");
    }
    Optional<ReportFile> before =
        against.isPresent() ? Optional.of(ReportFile.read(against.get())) : Optional.empty();
    BenchReport report = options.report();
    for (QuickPart part : QUICK_PARTS) {
      part.measure(report, options);
    }
    report.finish(options, spec.commandLine().getOut());
    List<String> regressions =
        before
            .map(file -> new BenchComparison(tolerance).regressions(file.ratios(), report.ratios()))
            .orElse(List.of());
    regressions.forEach(spec.commandLine().getErr()::println);
    return regressions.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
