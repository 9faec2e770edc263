package dev.verdict.cli.bench;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.bench.WorkloadOptions.NamedReviews;
import dev.verdict.model.Preset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The forward pass against the matrix-product peak and against rivals on the same weights. */
@Command(
    name = "inference",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Forward pass in GFLOP/s, padding counted as nothing, against the matrix-product peak.",
      "In a source checkout also against ONNX Runtime and DJL's Predictor on the same weights."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {
      "",
      "Examples:",
      "  verdict bench inference --preset base,tiny --json inference.json"
    })
final class InferenceBench implements Callable<Integer> {
  private static final int REPETITIONS = 7;
  private static final int QUICK_REVIEWS = 64;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private WorkloadOptions workloads = new WorkloadOptions();

  @Option(names = "--reviews", paramLabel = "N", description = "Of each workload.")
  private int reviews = 256;

  @Option(
      names = "--rivals",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Measure rivals too, where they are.")
  private boolean rivals;

  @Override
  public Integer call() throws Exception {
    BenchReport report = options.report();
    report.setting("reviews", reviews);
    report.setting("max_length", InferenceRun.MAX_LENGTH);
    List<NamedReviews> named = workloads.reviews(reviews, options.seed(), Workload.values());
    boolean compared = true;
    for (Preset preset : options.presets(Preset.BASE)) {
      compared = measure(report, preset, named);
    }
    if (rivals && !compared) {
      report.note("No rivals: the module benchmarks is not here, it is of a source checkout.");
    }
    report.finish(options, spec.commandLine().getOut());
    return 0;
  }

  /**
   * @return whether rivals were there
   */
  private boolean measure(BenchReport report, Preset preset, List<NamedReviews> named)
      throws Exception {
    try (InferenceRun run =
        InferenceRun.open(report, preset, options.repetitions(REPETITIONS), options.seed())) {
      if (rivals) {
        run.openRivals();
      }
      run.measureFull(8, InferenceRun.MAX_LENGTH, options.seed());
      run.measureFull(32, 32, options.seed());
      for (NamedReviews each : named) {
        run.measureReviews(each);
      }
      return run.hasRivals();
    }
  }

  /** The forward pass of the largest and the smallest model on clothing reviews. */
  static void measureQuick(BenchReport report, BenchOptions options) throws Exception {
    NamedReviews reviews =
        new NamedReviews(
            Workload.CLOTHING.id(),
            Workload.CLOTHING.title(),
            Workload.CLOTHING.reviews(QUICK_REVIEWS, options.seed()));
    for (Preset preset : options.presets(Preset.BASE, Preset.TINY)) {
      try (InferenceRun run =
          InferenceRun.open(report, preset, options.repetitions(REPETITIONS), options.seed())) {
        run.measureReviews(reviews);
      }
    }
  }
}
