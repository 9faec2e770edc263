package dev.verdict.cli.bench;

import dev.verdict.cli.ExitCodes;
import dev.verdict.config.Settings;
import dev.verdict.model.Preset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** From the start of a process to the first prediction that a consumer sees. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Seconds from the start of `verdict streams` to its first committed prediction, with a"
            + " broker that runs, a champion that is published and a review that waits.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict bench start --preset tiny,base --repetitions 5"})
final class StartBench implements Callable<Integer> {
  private static final int REPETITIONS = 7;
  private static final double MOST_SECONDS = 5;
  private static final Duration POLL = Duration.ofMillis(10);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();

  @Override
  public Integer call() throws Exception {
    BenchReport report = options.report();
    for (Preset preset : options.presets(Preset.TINY)) {
      measure(report, preset);
    }
    report.finish(options, spec.commandLine().getOut());
    return 0;
  }

  private void measure(BenchReport report, Preset preset) throws Exception {
    String model = preset.name().toLowerCase(Locale.ROOT);
    try (BenchModel weights = BenchModel.random(preset, options.seed());
        BenchCluster cluster = BenchCluster.start(BenchCluster.PARTITIONS)) {
      Settings settings = cluster.settings("start", Map.of());
      BenchCluster.publish(settings, weights);
      Path log = cluster.folder("logs").resolve("streams.log");
      Figures first = new Figures();
      Figures again = new Figures();
      try (ReviewFeed feed = new ReviewFeed(settings);
          PredictionTail tail = new PredictionTail(settings)) {
        // The first makes the internal topics, which happens once.
        first.add(seconds(cluster, log, feed, tail));
        for (int i = 0; i < options.repetitions(REPETITIONS); i++) {
          again.add(seconds(cluster, log, feed, tail));
        }
      }
      report.row("start_first_" + model, model + ": very first start", "s", first);
      report.row("start_" + model, model + ": start", "s", again, Goal.atMost(MOST_SECONDS));
    }
  }

  private static double seconds(
      BenchCluster cluster, Path log, ReviewFeed feed, PredictionTail tail) throws Exception {
    feed.send(feed.record("waiting", "The kettle boils in two minutes, but the lid is loose."));
    feed.flush();
    tail.expect();
    long start = System.nanoTime();
    try (StreamsProcess process =
        StreamsProcess.start(cluster.given("start", Map.of()), log, OptionalInt.empty())) {
      while (tail.poll(POLL).isEmpty()) {
        process.requireAlive();
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
