package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.ExitCodes;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.FlopCount;
import dev.verdict.model.MatrixProductPeak;
import dev.verdict.model.Preset;
import dev.verdict.model.StepSettings;
import dev.verdict.model.TorchRuntime;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.TokenizedText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A whole training step (forward, backward, AdamW) against the matrix-product peak. */
@Command(
    name = "training",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Training step in GFLOP/s against the matrix-product peak.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict bench training"})
final class TrainingBench implements Callable<Integer> {
  private static final int LENGTH = 128;
  private static final int MATRIX = 1024;
  private static final Duration PEAK_TIME = Duration.ofMillis(200);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--preset", description = "tiny, mini, small or base.")
  private Preset preset = Preset.BASE;

  @Option(names = "--rows", description = "Reviews a step.")
  private int rows = 8;

  @Option(names = "--repetitions", description = "Of each measurement.")
  private int repetitions = 9;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      showDefaultValue = NEVER,
      description =
          "Reviews as for `verdict train`: batches of them, padded to their longest, beside the same"
              + " batches padded to 512 tokens. Otherwise a full batch of 128 random tokens a row.")
  private List<Path> data = List.of();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (!data.isEmpty()) {
      measure(ReviewBatches.of(data, preset, rows), out);
      return 0;
    }
    DistilBertConfig config = preset.config(preset.maxVocabulary(), BenchModel.LABELS);
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      List<TokenizedText> batch = BenchModel.batch(rows, LENGTH, config.vocabSize());
      int[] labels = new int[rows];
      StepSettings step = StepSettings.of(1e-5);
      model.trainStep(batch, labels, step);
      model.trainStep(batch, labels, step);

      Figures peak = new Figures(repetitions);
      Figures training = new Figures(repetitions);
      Figures samples = new Figures(repetitions);
      for (int i = 0; i < repetitions; i++) {
        peak.add(MatrixProductPeak.measureGflops(MATRIX, PEAK_TIME));
        double seconds = InferenceBench.seconds(() -> model.trainStep(batch, labels, step));
        training.add(FlopCount.trainingStep(config, rows, LENGTH) / seconds / 1e9);
        samples.add(rows / seconds);
      }
      out.printf("PyTorch %s, %d threads%n", TorchRuntime.version(), TorchRuntime.threads());
      out.printf("%-44s %s%n", "matrix product 1024 x 1024, float32", peak.text("GFLOP/s"));
      out.printf(
          "%-44s %s  %s of peak%n",
          preset + " training step, " + rows + " x " + LENGTH + " tokens",
          training.text("GFLOP/s"),
          InferenceBench.ratio(training, peak));
      out.printf("%-44s %s%n", preset + " training", samples.text("samples/s"));
      out.flush();
      return 0;
    }
  }

  private void measure(ReviewBatches reviews, PrintWriter out) {
    DistilBertConfig config = reviews.config();
    int measured = Math.min(repetitions, reviews.batches().size());
    Figures peak = new Figures(measured);
    Figures training = new Figures(measured);
    Figures samples = new Figures(measured);
    Figures samplesAtFullLength = new Figures(measured);
    double seconds = 0;
    double secondsAtFullLength = 0;
    try (TrainableClassifier model = TrainableClassifier.random(config, 1)) {
      step(model, reviews.batches().get(0));
      for (List<TokenizedText> batch : reviews.batches().subList(0, measured)) {
        peak.add(MatrixProductPeak.measureGflops(MATRIX, PEAK_TIME));
        double time = InferenceBench.seconds(() -> step(model, batch));
        List<TokenizedText> padded = reviews.fullLength(batch);
        double timeAtFullLength = InferenceBench.seconds(() -> step(model, padded));
        long operations =
            FlopCount.trainingStep(config, batch.size(), ReviewBatches.longest(batch));
        training.add(operations / time / 1e9);
        samples.add(batch.size() / time);
        samplesAtFullLength.add(batch.size() / timeAtFullLength);
        seconds += time;
        secondsAtFullLength += timeAtFullLength;
      }
    }
    out.printf("PyTorch %s, %d threads%n", TorchRuntime.version(), TorchRuntime.threads());
    out.printf("%-44s %s%n", "matrix product 1024 x 1024, float32", peak.text("GFLOP/s"));
    out.printf(
        "%-44s %s  %s of peak%n",
        preset + " training step, " + rows + " reviews",
        training.text("GFLOP/s"),
        InferenceBench.ratio(training, peak));
    out.printf("%-44s %s%n", preset + " training", samples.text("samples/s"));
    out.printf(
        "%-44s %s%n",
        preset + " training, all padded to " + config.maxPositions(),
        samplesAtFullLength.text("samples/s"));
    out.printf(Locale.ROOT, "%-44s %.1f times%n", "faster by", secondsAtFullLength / seconds);
    out.printf(
        Locale.ROOT,
        "%-44s %.1f%% of the tokens of %,d batches%n",
        "padding of an epoch",
        100 * reviews.padding(),
        reviews.batches().size());
    out.flush();
  }

  private static void step(TrainableClassifier model, List<TokenizedText> batch) {
    model.trainStep(batch, new int[batch.size()], StepSettings.of(1e-5));
  }
}
