package dev.verdict.cli.simulate;

import dev.verdict.cli.ExitCodes;
import dev.verdict.config.SettingsException;
import dev.verdict.drift.EstimationSimulation;
import dev.verdict.drift.EstimationSimulation.Result;
import dev.verdict.drift.EstimationSimulation.Scenario;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict simulate estimation}: macro F1 estimated without labels, against the truth. */
@Command(
    name = "estimation",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "What macro F1 estimated without labels says when inputs, classes or meanings change, and"
            + " how often it is above the 95%% interval of the realised one.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict simulate estimation --labels 500 --windows 1000"})
final class EstimatedF1Simulation implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--labels", paramLabel = "NUMBER", description = "Reviews in a window.")
  private int labels = 1000;

  @Option(
      names = "--windows",
      paramLabel = "NUMBER",
      description = "Windows drawn of each scenario.")
  private int windows = 2000;

  @Option(names = "--seed", paramLabel = "NUMBER", description = "Of the draws.")
  private long seed = 1;

  @Override
  public Integer call() {
    requirePositive("--labels", labels);
    requirePositive("--windows", windows);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-26s %9s %10s %10s %10s %10s%n",
        "reviews", "realised", "estimated", "less", "off by", "above 95%");
    for (Scenario scenario : EstimationSimulation.scenarios()) {
      Result found = EstimationSimulation.measure(scenario, labels, windows, seed);
      out.printf(
          Locale.ROOT,
          "%-26s %9.3f %10.3f %10.3f %10.3f %10.3f%n",
          scenario.name(),
          found.realised(),
          found.estimated(),
          found.realised() - found.estimated(),
          found.error(),
          found.above());
      out.flush();
    }
    return 0;
  }

  private static void requirePositive(String option, int number) {
    if (number < 1) {
      throw new SettingsException(
          "Invalid value %d for option %s: must be at least 1".formatted(number, option));
    }
  }
}
