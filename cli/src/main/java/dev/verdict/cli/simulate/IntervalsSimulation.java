package dev.verdict.cli.simulate;

import dev.verdict.cli.ExitCodes;
import dev.verdict.config.SettingsException;
import dev.verdict.evaluation.IntervalSimulation;
import dev.verdict.evaluation.IntervalSimulation.Coverage;
import dev.verdict.evaluation.IntervalSimulation.Population;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict simulate intervals}: the coverage of the interval of every evaluation. */
@Command(
    name = "intervals",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "How often the 95%% interval of macro F1 holds the truth, by population and labels in the"
            + " window.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict simulate intervals --labels 100,1000 --windows 5000"})
final class IntervalsSimulation implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--labels",
      split = ",",
      paramLabel = "NUMBER",
      description = "Labels in a window; several separated by commas.")
  private List<Integer> labels = List.of(50, 100, 200, 500, 1000);

  @Option(
      names = "--windows",
      paramLabel = "NUMBER",
      description = "Windows drawn from each population.")
  private int windows = 10_000;

  @Option(names = "--seed", paramLabel = "NUMBER", description = "Of the draws.")
  private long seed = 1;

  @Override
  public Integer call() {
    labels.forEach(number -> requirePositive("--labels", number));
    requirePositive("--windows", windows);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-26s %9s %8s %10s %10s%n", "reviews", "macro F1", "labels", "coverage", "width");
    for (Population population : IntervalSimulation.populations()) {
      for (int number : labels) {
        Coverage found = IntervalSimulation.measure(population, number, windows, seed);
        out.printf(
            Locale.ROOT,
            "%-26s %9.4f %,8d %10.3f %10.3f%n",
            population.name(),
            population.macroF1(),
            number,
            found.coverage(),
            found.width());
        out.flush();
      }
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
