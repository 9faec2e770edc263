package dev.verdict.cli.bench;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.model.Classifier;
import dev.verdict.model.FlopCount;
import dev.verdict.model.MatrixProductPeak;
import dev.verdict.model.Preset;
import dev.verdict.model.TorchRuntime;
import dev.verdict.text.TokenizedText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
    footer = {"", "Examples:", "  verdict bench inference"})
final class InferenceBench implements Callable<Integer> {
  private static final int MAX_LENGTH = 128;
  private static final int MATRIX = 1024;
  private static final int MIX_REVIEWS = 256;
  private static final Duration PEAK_TIME = Duration.ofMillis(200);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--preset", description = "tiny, mini, small or base.")
  private Preset preset = Preset.BASE;

  @Option(names = "--rows", description = "Reviews of the full batch.")
  private int rows = 8;

  @Option(names = "--repetitions", description = "Of each measurement.")
  private int repetitions = 9;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (BenchModel model = BenchModel.random(preset);
        Classifier classifier = Classifier.open(model.folder(), MAX_LENGTH)) {
      List<TokenizedText> full = BenchModel.batch(rows, MAX_LENGTH, model.config().vocabSize());
      List<TokenizedText> mix =
          classifier
              .tokenizer()
              .encode(BenchModel.reviews(MIX_REVIEWS).stream().map(SourcedReview::text).toList());
      int[] lengths = mix.stream().mapToInt(TokenizedText::length).toArray();
      List<List<TokenizedText>> batches =
          new BatchPlanner(8192, 256)
              .plan(lengths).stream().map(batch -> batch.stream().map(mix::get).toList()).toList();
      classifier.warmUp();
      classifier.classify(full);
      batches.forEach(classifier::classify);

      Figures peak = new Figures(repetitions);
      Figures forward = new Figures(repetitions);
      Figures mixed = new Figures(repetitions);
      Figures reviewsPerSecond = new Figures(repetitions);
      for (int i = 0; i < repetitions; i++) {
        peak.add(MatrixProductPeak.measureGflops(MATRIX, PEAK_TIME));
        double fullSeconds = seconds(() -> classifier.classify(full));
        forward.add(FlopCount.forward(model.config(), rows, MAX_LENGTH) / fullSeconds / 1e9);
        double mixSeconds = seconds(() -> batches.forEach(classifier::classify));
        mixed.add(FlopCount.forward(model.config(), lengths) / mixSeconds / 1e9);
        reviewsPerSecond.add(MIX_REVIEWS / mixSeconds);
      }
      out.printf("PyTorch %s, %d threads%n", TorchRuntime.version(), TorchRuntime.threads());
      out.printf("%-44s %s%n", "matrix product 1024 x 1024, float32", peak.text("GFLOP/s"));
      out.printf(
          "%-44s %s  %s of peak%n",
          preset + " forward, " + rows + " x " + MAX_LENGTH + " tokens",
          forward.text("GFLOP/s"),
          ratio(forward, peak));
      out.printf(
          "%-44s %s  %s of peak%n",
          preset + " forward, review mix, real tokens only",
          mixed.text("GFLOP/s"),
          ratio(mixed, peak));
      out.printf("%-44s %s%n", preset + " review mix", reviewsPerSecond.text("reviews/s"));
      out.flush();
      return 0;
    }
  }

  static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  static String ratio(Figures subject, Figures limit) {
    return String.format(Locale.ROOT, "%.2f", subject.median() / limit.median());
  }
}
