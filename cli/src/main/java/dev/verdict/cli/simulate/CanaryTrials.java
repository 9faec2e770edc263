package dev.verdict.cli.simulate;

import dev.verdict.cli.ExitCodes;
import dev.verdict.config.SettingsException;
import dev.verdict.evaluation.CanarySimulation;
import dev.verdict.evaluation.CanarySimulation.Result;
import dev.verdict.evaluation.IntervalSimulation;
import dev.verdict.evaluation.IntervalSimulation.Population;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict simulate canary}: how often a canary is rolled back, rightly and wrongly. */
@Command(
    name = "canary",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "How often a canary is rolled back, by how much worse it is, when one looks after each of"
            + " its labels; and how often two intervals of 95%% would have it rolled back.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict simulate canary --share 50 --trials 200"})
final class CanaryTrials implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--worse",
      split = ",",
      paramLabel = "NUMBER",
      description = "Macro F1 by which canaries are worse; several separated by commas.")
  private List<Double> worse = List.of(0.0, 0.05, 0.1);

  @Option(
      names = "--share",
      split = ",",
      paramLabel = "PERCENT",
      description = "Percent of the labels that are the canary's; several separated by commas.")
  private List<Integer> shares = List.of(10, 50);

  @Option(
      names = "--labels",
      paramLabel = "NUMBER",
      description = "Labels of the canary after which it is confirmed.")
  private int labels = 500;

  @Option(
      names = "--min-labels",
      paramLabel = "NUMBER",
      description = "Labels of each version before the first look.")
  private int minLabels = 100;

  @Option(names = "--trials", paramLabel = "NUMBER", description = "Canaries of each kind.")
  private int trials = 1000;

  @Option(names = "--seed", paramLabel = "NUMBER", description = "Of the draws.")
  private long seed = 1;

  private record Kind(double worse, int share, Population former) {}

  @Override
  public Integer call() {
    requirePositive("--labels", labels);
    requirePositive("--min-labels", minLabels);
    requirePositive("--trials", trials);
    worse.forEach(each -> require("--worse", each, each >= 0 && each <= 0.3, "0 to 0.3"));
    shares.forEach(each -> require("--share", each, each >= 1 && each <= 99, "1 to 99"));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-26s %6s %10s %11s %8s %9s%n",
        "reviews", "share", "difference", "rolled back", "labels", "intervals");
    List<Kind> kinds =
        worse.stream()
            .flatMap(
                by ->
                    shares.stream()
                        .flatMap(
                            share ->
                                IntervalSimulation.populations().stream()
                                    .map(former -> new Kind(by, share, former))))
            .toList();
    kinds.parallelStream()
        .map(each -> line(each, measure(each)))
        .forEachOrdered(
            line -> {
              out.print(line);
              out.flush();
            });
    return 0;
  }

  private Result measure(Kind kind) {
    return CanarySimulation.measure(
        kind.former(), -kind.worse(), kind.share() / 100.0, minLabels, labels, trials, seed);
  }

  private static String line(Kind kind, Result found) {
    return String.format(
        Locale.ROOT,
        "%-26s %5d%% %10.2f %11.3f %8s %9.3f%n",
        kind.former().name(),
        kind.share(),
        // Without the sign of a zero that is not quite one.
        Math.round(found.difference() * 1e6) / 1e6 + 0.0,
        found.rolledBack(),
        found.rolledBack() == 0 ? "-" : String.format(Locale.ROOT, "%,d", found.labels()),
        found.byIntervals());
  }

  private static void requirePositive(String option, int number) {
    require(option, number, number > 0, "at least 1");
  }

  private static void require(String option, Object value, boolean holds, String allowed) {
    if (!holds) {
      throw new SettingsException(
          "Invalid value %s for option %s: must be %s".formatted(value, option, allowed));
    }
  }
}
