package dev.verdict.cli.bench;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.bench.WorkloadOptions.NamedReviews;
import dev.verdict.model.Classifier;
import dev.verdict.model.Preset;
import dev.verdict.text.TokenizedText;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Forward pass against the matrix-product peak, interleaved. */
@Command(
    name = "inference",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Forward pass in GFLOP/s against the matrix-product peak.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict bench inference --preset base,tiny"})
final class InferenceBench implements Callable<Integer> {
  private static final int MAX_LENGTH = 128;
  private static final int REPETITIONS = 9;
  private static final double FORWARD_OF_PEAK = 0.85;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private WorkloadOptions workloads = new WorkloadOptions();

  @Option(names = "--reviews", paramLabel = "N", description = "Of each workload.")
  private int reviews = 256;

  @Override
  public Integer call() throws Exception {
    BenchReport report = options.report();
    report.setting("reviews", reviews);
    for (Preset preset : options.presets(Preset.BASE)) {
      measure(
          report,
          preset,
          workloads.reviews(reviews, options.seed(), Workload.values()),
          options.repetitions(REPETITIONS),
          options.seed());
    }
    report.finish(options, spec.commandLine().getOut());
    return 0;
  }

  /** The forward pass of the largest and the smallest model on clothing reviews. */
  static void measureQuick(BenchReport report, BenchOptions options) throws Exception {
    for (Preset preset : options.presets(Preset.BASE, Preset.TINY)) {
      int count = 96;
      measure(
          report,
          preset,
          List.of(
              new NamedReviews(
                  Workload.CLOTHING.id(),
                  Workload.CLOTHING.title(),
                  Workload.CLOTHING.reviews(count, options.seed()))),
          options.repetitions(REPETITIONS),
          options.seed());
    }
  }

  private static void measure(
      BenchReport report, Preset preset, List<NamedReviews> reviews, int repetitions, long seed)
      throws Exception {
    String model = preset.name().toLowerCase(Locale.ROOT);
    for (NamedReviews named : reviews) {
      try (BenchModel bench = BenchModel.random(preset, seed);
          Classifier classifier = Classifier.open(bench.folder(), MAX_LENGTH)) {
        EncodedReviews work =
            new EncodedReviews(
                named.id(), named.title(), classifier.tokenizer().encode(named.texts()));
        List<List<TokenizedText>> batches = work.batches(new BatchPlanner(8192, 256));
        classifier.warmUp();
        batches.forEach(classifier::classify);
        Rounds rounds = new Rounds();
        String id = model + "_" + work.id();
        try (PeakRow peak = new PeakRow(id + "_peak", rounds)) {
          Figures seconds =
              rounds.add(() -> Rounds.seconds(() -> batches.forEach(classifier::classify)));
          rounds.run(repetitions);
          peak.report(report);
          Figures gflops = new Figures();
          seconds.values().forEach(s -> gflops.add(work.operations(bench.config()) / s / 1e9));
          report.row(id, model + ", " + work.title(), "GFLOP/s", gflops);
          report.ratio(id + "_of_peak", id, peak.id(), Goal.atLeast(FORWARD_OF_PEAK));
        }
      }
    }
  }
}
