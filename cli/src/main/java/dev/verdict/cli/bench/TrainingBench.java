package dev.verdict.cli.bench;

import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.FlopCount;
import dev.verdict.model.MatrixProductPeak;
import dev.verdict.model.Preset;
import dev.verdict.model.StepSettings;
import dev.verdict.model.TorchRuntime;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.TokenizedText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
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
    description = "Training step in GFLOP/s against the matrix-product peak.")
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

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
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
}
