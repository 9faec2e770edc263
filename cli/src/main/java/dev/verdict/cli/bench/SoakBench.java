package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.config.Settings;
import dev.verdict.model.Preset;
import dev.verdict.telemetry.ResidentMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Many reviews at full speed through one process, whose memory is watched. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Send many reviews through `verdict streams` in a process of its own at full speed, and"
            + " tell how its memory goes. Linux only.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "1:The memory of a process cannot be told here.",
      "2:An argument, setting, file or checkpoint cannot be used."
    },
    footer = {"", "Examples:", "  verdict bench soak --reviews 1000000 --preset tiny"})
final class SoakBench implements Callable<Integer> {
  private static final double FLAT = 1.03;
  private static final int TENTHS = 10;

  /** Different texts, which are sent over and over. */
  private static final int TEXTS = 20_000;

  private static final Duration SAMPLE = Duration.ofSeconds(1);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--reviews", paramLabel = "N", description = "To send.")
  private int reviews = 1_000_000;

  @Option(names = "--workload", description = "clothing, sentences, films or mix.")
  private Workload workload = Workload.CLOTHING;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      showDefaultValue = NEVER,
      description = "A setting of the streams app.")
  private Map<String, String> changes = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    if (new ResidentMemory().bytes().isEmpty()) {
      err.println("The memory of a process is told by Linux alone");
      return 1;
    }
    BenchReport report = options.report();
    report.setting("reviews", reviews);
    report.setting("workload", workload.id());
    for (Preset preset : options.presets(Preset.TINY)) {
      measure(report, preset, err);
    }
    report.finish(options, spec.commandLine().getOut());
    return 0;
  }

  private void measure(BenchReport report, Preset preset, PrintWriter err) throws Exception {
    try (BenchModel model = BenchModel.random(preset, options.seed());
        BenchCluster cluster = BenchCluster.start(BenchCluster.PARTITIONS)) {
      Settings settings = cluster.settings("soak", changes);
      BenchCluster.publish(settings, model);
      try (StreamsProcess process =
              StreamsProcess.start(
                  cluster.given("soak", changes),
                  cluster.folder("logs").resolve("streams.log"),
                  OptionalInt.empty());
          ReviewFeed feed = new ReviewFeed(settings);
          PredictionTail tail = new PredictionTail(settings)) {
        process.awaitReady();
        report.setting("malloc", process.maps("libjemalloc") ? "jemalloc" : "libc");
        MemoryCurve curve = new MemoryCurve(process);
        double seconds = run(process, feed, tail, curve, err);
        report(report, preset, curve, reviews / seconds);
      }
    }
  }

  /** No more is sent than {@link Arrivals#STEADY} lets wait, so that nothing piles up. */
  private double run(
      StreamsProcess process,
      ReviewFeed feed,
      PredictionTail tail,
      MemoryCurve curve,
      PrintWriter err)
      throws IOException {
    List<SourcedReview> texts = workload.reviews(Math.min(reviews, TEXTS), options.seed());
    long start = System.nanoTime();
    long sampled = start;
    int told = 0;
    int sent = 0;
    int answered = 0;
    tail.expect();
    while (answered < reviews) {
      int next = Math.min(reviews, Arrivals.STEADY.next(sent, answered));
      for (; sent < next; sent++) {
        feed.send(feed.record("soak-" + sent, texts.get(sent % texts.size()).text()));
      }
      answered += tail.poll().count();
      long now = System.nanoTime();
      if (now - sampled >= SAMPLE.toNanos()) {
        process.requireAlive();
        curve.sample(answered);
        sampled = now;
      }
      if ((long) answered * TENTHS / reviews > told) {
        told = (int) ((long) answered * TENTHS / reviews);
        curve.sampleParts(answered);
        err.printf(
            Locale.ROOT,
            "%,d reviews in %d s: %s%n",
            answered,
            (now - start) / 1_000_000_000,
            curve.now());
        err.flush();
      }
    }
    curve.sample(answered);
    return (System.nanoTime() - start) / 1e9;
  }

  private void report(BenchReport report, Preset preset, MemoryCurve curve, double perSecond) {
    String model = preset.name().toLowerCase(Locale.ROOT);
    String id = "soak_" + model;
    int tenth = reviews / TENTHS;
    report.row(id, model + ": whole run", "reviews/s", Figures.of(perSecond));
    report.row(
        id + "_resident_tenth",
        model + ": resident, first tenth done",
        "MiB",
        Figures.of(curve.residentMib(tenth)));
    report.row(
        id + "_resident",
        model + ": resident from there on",
        "MiB",
        Figures.of(curve.residentMibFrom(tenth)));
    report.row(
        id + "_resident_max",
        model + ": highest of it",
        "MiB",
        Figures.of(Figures.of(curve.residentMibFrom(tenth)).max()));
    report.row(
        id + "_resident_end",
        model + ": resident at the end",
        "MiB",
        Figures.of(curve.residentMib(reviews)));
    report.row(id + "_heap", model + ": heap committed, at each tenth", "MiB", curve.heapMib());
    report.row(id + "_stores", model + ": state stores, at each tenth", "MiB", curve.storesMib());
    report.row(id + "_rest", model + ": resident less both, at each tenth", "MiB", curve.restMib());
    report.ratio(id + "_growth", id + "_resident_max", id + "_resident_tenth", Goal.atMost(FLAT));
  }
}
