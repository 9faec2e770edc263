package dev.verdict.cli.simulate;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.ProgressView;
import dev.verdict.config.SettingsException;
import dev.verdict.drift.DetectorConfig;
import dev.verdict.drift.DriftDetectors;
import dev.verdict.drift.DriftSimulation;
import dev.verdict.drift.DriftSimulation.Delay;
import dev.verdict.drift.DriftSimulation.Rise;
import dev.verdict.drift.DriftSimulation.Withdrawals;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict simulate drift}: false alarms and delays of the drift detectors. */
@Command(
    name = "drift",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "How often each drift detector alarms though nothing changed, and how many labels it takes"
            + " to see that errors became more frequent.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {
      "",
      "Examples:",
      "  verdict simulate drift --settled 20000",
      "  verdict simulate drift --detectors adwin --parameter adwin.delta=0.01"
    })
final class DetectorsSimulation implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--detectors",
      split = ",",
      paramLabel = "NAME",
      description = "adwin, page_hinkley or ddm; several separated by commas.")
  private List<String> detectors = DriftDetectors.names();

  @Option(
      names = "--parameter",
      paramLabel = "DETECTOR.NAME=VALUE",
      description = "Parameter that differs from its default, such as adwin.delta=0.01.")
  private Map<String, Double> parameters = new LinkedHashMap<>();

  @Option(
      names = "--streams",
      paramLabel = "NUMBER",
      description = "Streams without a change, for each share of errors.")
  private int streams = 200;

  @Option(names = "--labels", paramLabel = "NUMBER", description = "Labels of each such stream.")
  private int labels = 20_000;

  @Option(names = "--runs", paramLabel = "NUMBER", description = "Changes of each kind.")
  private int runs = 1000;

  @Option(names = "--settled", paramLabel = "NUMBER", description = "Labels before each change.")
  private int settled = 2000;

  @Option(
      names = "--check",
      paramLabel = "NUMBER",
      description = "Labels after an alarm that it is held against: retrain.min.labels.")
  private int check = 500;

  @Option(names = "--seed", paramLabel = "NUMBER", description = "Of the draws.")
  private long seed = 1;

  private long done;

  @Override
  public Integer call() {
    requirePositive("--streams", streams);
    requirePositive("--labels", labels);
    requirePositive("--runs", runs);
    requirePositive("--settled", settled);
    requirePositive("--check", check);
    List<DetectorConfig> configs = configs();
    ProgressView progress = ProgressView.on(spec.commandLine().getErr(), "labels");
    long total =
        configs.size()
            * (DriftSimulation.errors().size() * labelsWithoutChange()
                + DriftSimulation.rises().size() * labelsOfChanges());
    PrintWriter out = spec.commandLine().getOut();
    printFalseAlarms(configs, out, progress, total);
    out.println();
    printDelays(configs, out, progress, total);
    out.println();
    printWithdrawals(configs, out);
    return 0;
  }

  private void printFalseAlarms(
      List<DetectorConfig> configs, PrintWriter out, ProgressView progress, long total) {
    out.println("False alarms per 100,000 labels");
    StringBuilder heading = new StringBuilder(String.format(Locale.ROOT, "%-22s", "errors"));
    configs.forEach(
        config -> heading.append(String.format(Locale.ROOT, " %13s", config.detector())));
    out.println(heading);
    for (double error : DriftSimulation.errors()) {
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", error));
      for (DetectorConfig config : configs) {
        double alarms =
            DriftSimulation.falseAlarms(config, error, streams, labels, seed).perHundredThousand();
        line.append(String.format(Locale.ROOT, " %13.2f", alarms));
        done += labelsWithoutChange();
        progress.at(done, total);
      }
      print(line.toString(), out, progress);
    }
  }

  private void printDelays(
      List<DetectorConfig> configs, PrintWriter out, ProgressView progress, long total) {
    print(
        String.format(
            Locale.ROOT,
            "Labels from the beginning of a rise to the alarm, after %,d labels without one",
            settled),
        out,
        progress);
    out.printf(
        Locale.ROOT,
        "%-22s %-13s %8s %8s %8s %8s %8s%n",
        "errors",
        "detector",
        "median",
        "90%",
        "missed",
        "early",
        "alarms");
    for (Rise rise : DriftSimulation.rises()) {
      for (DetectorConfig config : configs) {
        Delay found = DriftSimulation.delay(config, rise, settled, runs, seed);
        done += labelsOfChanges();
        progress.at(done, total);
        print(line(found), out, progress);
      }
    }
  }

  private void printWithdrawals(List<DetectorConfig> configs, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "First alarms that are withdrawn after %,d labels, of %,d runs each%n",
        check,
        runs);
    out.printf(Locale.ROOT, "%-22s %-13s %8s %10s%n", "errors", "detector", "alarms", "withdrawn");
    Stream.concat(DriftSimulation.rises().stream(), DriftSimulation.bursts().stream())
        .forEach(
            change -> {
              for (DetectorConfig config : configs) {
                Withdrawals found =
                    DriftSimulation.withdrawals(config, change, settled, runs, check, seed);
                out.printf(
                    Locale.ROOT,
                    "%-22s %-13s %,8d %10.3f%n",
                    change.name(),
                    found.detector(),
                    found.alarms(),
                    found.withdrawn());
                out.flush();
              }
            });
  }

  private static String line(Delay found) {
    return String.format(
        Locale.ROOT,
        "%-22s %-13s %8s %8s %8.3f %8.3f %8.2f",
        found.rise().name(),
        found.detector(),
        shown(found.median()),
        shown(found.ninetiethPercentile()),
        found.missed(),
        found.early(),
        found.alarms());
  }

  private static String shown(OptionalInt delay) {
    return delay.isPresent()
        ? String.format(Locale.ROOT, "%,d", delay.getAsInt())
        : String.format(Locale.ROOT, ">%,d", DriftSimulation.HORIZON);
  }

  private static void print(String line, PrintWriter out, ProgressView progress) {
    progress.clear();
    out.println(line);
    out.flush();
  }

  private long labelsWithoutChange() {
    return (long) streams * labels;
  }

  private long labelsOfChanges() {
    return (long) runs * (settled + DriftSimulation.HORIZON);
  }

  private List<DetectorConfig> configs() {
    Map<String, Map<String, Double>> byDetector = new LinkedHashMap<>();
    detectors.forEach(detector -> byDetector.put(detector, new TreeMap<>()));
    parameters.forEach(
        (name, value) -> {
          String detector = name.substring(0, Math.max(0, name.indexOf('.')));
          if (!byDetector.containsKey(detector)) {
            throw new SettingsException(
                "Invalid value %s for option --parameter: must begin with one of %s and a dot"
                    .formatted(name, String.join(", ", byDetector.keySet())));
          }
          byDetector.get(detector).put(name.substring(detector.length() + 1), value);
        });
    List<DetectorConfig> configs = new ArrayList<>();
    byDetector.forEach((detector, changed) -> configs.add(config(detector, changed)));
    return configs;
  }

  private static DetectorConfig config(String detector, Map<String, Double> changed) {
    try {
      return DriftDetectors.config(detector, changed);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(e.getMessage());
    }
  }

  private static void requirePositive(String option, int number) {
    if (number < 1) {
      throw new SettingsException(
          "Invalid value %d for option %s: must be at least 1".formatted(number, option));
    }
  }
}
