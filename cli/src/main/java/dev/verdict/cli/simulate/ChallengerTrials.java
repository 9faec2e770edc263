package dev.verdict.cli.simulate;

import dev.verdict.cli.ExitCodes;
import dev.verdict.config.SettingsException;
import dev.verdict.evaluation.ChallengerSimulation;
import dev.verdict.evaluation.ChallengerSimulation.Pairing;
import dev.verdict.evaluation.ChallengerSimulation.Result;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict simulate challenger}: the errors and the power of the test of a challenger. */
@Command(
    name = "challenger",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "How often a challenger is called better or worse, by its true difference of macro F1, when"
            + " one looks after every label; and how often a z test of 5%% would call it better.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict simulate challenger --labels 5000 --trials 500"})
final class ChallengerTrials implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--differences",
      split = ",",
      paramLabel = "NUMBER",
      description = "True differences of macro F1 besides none; several separated by commas.")
  private List<Double> differences = List.of(0.02, 0.05, 0.1, -0.02, -0.05);

  @Option(
      names = "--labels",
      paramLabel = "NUMBER",
      description = "Labels after which a trial is undecided.")
  private int labels = 10_000;

  @Option(
      names = "--min-labels",
      paramLabel = "NUMBER",
      description = "Labels before the first look.")
  private int minLabels = 200;

  @Option(names = "--trials", paramLabel = "NUMBER", description = "Trials of each challenger.")
  private int trials = 2000;

  @Option(names = "--seed", paramLabel = "NUMBER", description = "Of the draws.")
  private long seed = 1;

  @Override
  public Integer call() {
    requirePositive("--labels", labels);
    requirePositive("--min-labels", minLabels);
    requirePositive("--trials", trials);
    List<Pairing> pairings = new ArrayList<>(ChallengerSimulation.equal());
    for (double difference : differences) {
      if (difference == 0 || Math.abs(difference) > 0.1) {
        throw new SettingsException(
            "Invalid value %s for option --differences: must be -0.1 to 0.1 and not 0"
                .formatted(difference));
      }
      pairings.addAll(ChallengerSimulation.differing(difference));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-32s %10s %9s %7s %7s %9s %8s %8s %7s%n",
        "challenger",
        "difference",
        "agreement",
        "better",
        "worse",
        "undecided",
        "labels",
        "interval",
        "z test");
    pairings.parallelStream()
        .map(each -> ChallengerSimulation.measure(each, minLabels, labels, trials, seed))
        .forEachOrdered(each -> print(out, each));
    return 0;
  }

  private static void print(PrintWriter out, Result found) {
    out.printf(
        Locale.ROOT,
        "%-32s %10.2f %9.3f %7.3f %7.3f %9.3f %8s %8.3f %7.3f%n",
        found.pairing().name(),
        // Without the sign of a zero that is not quite one.
        Math.round(found.pairing().difference() * 1e6) / 1e6,
        found.agreement(),
        found.better(),
        found.worse(),
        found.undecided(),
        found.better() == 0 ? "-" : String.format(Locale.ROOT, "%,d", found.labels()),
        found.held(),
        found.naive());
    out.flush();
  }

  private static void requirePositive(String option, int number) {
    if (number < 1) {
      throw new SettingsException(
          "Invalid value %d for option %s: must be at least 1".formatted(number, option));
    }
  }
}
