package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.ExitCodes;
import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.FlopCount;
import dev.verdict.model.Preset;
import dev.verdict.model.StepSettings;
import dev.verdict.model.TorchRuntime;
import dev.verdict.model.TrainableClassifier;
import dev.verdict.text.TokenizedText;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  private static final int REPETITIONS = 9;
  private static final int GENERATED_REVIEWS = 1000;
  private static final double STEP_OF_PEAK = 0.80;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--rows", description = "Reviews a step.")
  private int rows = 8;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      showDefaultValue = NEVER,
      description =
          "Your own reviews, as for `verdict train`, in the place of generated ones that are as"
              + " long as clothing reviews.")
  private List<Path> data = List.of();

  @Override
  public Integer call() throws Exception {
    BenchReport report = options.report();
    report.setting("rows", rows);
    for (Preset preset : options.presets(Preset.BASE)) {
      String model = preset.name().toLowerCase(Locale.ROOT);
      measureFullBatch(report, model, preset);
      measureReviews(report, model, reviewBatches(preset));
    }
    report.finish(options, spec.commandLine().getOut());
    return 0;
  }

  private ReviewBatches reviewBatches(Preset preset) throws Exception {
    List<String> texts =
        data.isEmpty()
            ? Workload.CLOTHING.reviews(GENERATED_REVIEWS, options.seed()).stream()
                .map(review -> review.text())
                .toList()
            : ReviewBatches.read(data);
    return ReviewBatches.of(texts, preset, rows);
  }

  /** A batch of random tokens, none of them padding. */
  private void measureFullBatch(BenchReport report, String model, Preset preset) throws Exception {
    DistilBertConfig config = preset.config(preset.maxVocabulary(), BenchModel.LABELS);
    List<TokenizedText> batch = BenchModel.batch(rows, LENGTH, config.vocabSize());
    Rounds rounds = new Rounds();
    String id = model + "_step_" + rows + "x" + LENGTH;
    try (TrainableClassifier classifier = TrainableClassifier.random(config, options.seed());
        PeakRow peak = new PeakRow(id + "_peak", rounds, TorchRuntime.threads())) {
      step(classifier, batch);
      step(classifier, batch);
      long operations = FlopCount.trainingStep(config, rows, LENGTH);
      Figures gflops =
          rounds.add(() -> operations / Rounds.seconds(() -> step(classifier, batch)) / 1e9);
      rounds.run(options.repetitions(REPETITIONS));
      peak.report(report);
      String name = model + " step, " + rows + " x " + LENGTH + " tokens without padding";
      report.row(id, name, "GFLOP/s", gflops);
      report.ratio(id + "_of_peak", id, peak.id(), Goal.atLeast(STEP_OF_PEAK));
      Figures samples = new Figures();
      gflops.values().forEach(value -> samples.add(rows * value * 1e9 / operations));
      report.row(id + "_samples", name, "samples/s", samples);
    }
  }

  /** Batches of reviews as training makes them, beside the same ones padded to the full length. */
  private void measureReviews(BenchReport report, String model, ReviewBatches reviews)
      throws Exception {
    DistilBertConfig config = reviews.config();
    Iterator<List<TokenizedText>> batches =
        Stream.generate(reviews.batches()::stream).flatMap(all -> all).iterator();
    Rounds rounds = new Rounds();
    String id = model + "_step_reviews";
    Figures gflops = new Figures();
    Figures samples = new Figures();
    Figures fullLength = new Figures();
    try (TrainableClassifier classifier = TrainableClassifier.random(config, options.seed());
        PeakRow peak = new PeakRow(id + "_peak", rounds, TorchRuntime.threads())) {
      step(classifier, reviews.batches().get(0));
      step(classifier, reviews.fullLength(reviews.batches().get(0)));
      rounds.add(
          () -> {
            List<TokenizedText> batch = batches.next();
            double seconds = Rounds.seconds(() -> step(classifier, batch));
            List<TokenizedText> padded = reviews.fullLength(batch);
            double paddedSeconds = Rounds.seconds(() -> step(classifier, padded));
            long operations = ReviewBatches.operations(config, batch);
            gflops.add(operations / seconds / 1e9);
            samples.add(batch.size() / seconds);
            fullLength.add(batch.size() / paddedSeconds);
            return seconds;
          });
      rounds.run(options.repetitions(REPETITIONS));
      peak.report(report);
    }
    String name = model + " step, " + rows + " reviews, real tokens only";
    report.row(id, name, "GFLOP/s", gflops);
    report.ratio(id + "_of_peak", id, id + "_peak", Goal.HIGHER);
    report.row(
        id + "_full_length_samples",
        model + " step, all padded to " + config.maxPositions(),
        "samples/s",
        fullLength);
    report.row(id + "_samples", name, "samples/s", samples);
    report.ratio(id + "_of_full_length", id + "_samples", id + "_full_length_samples", Goal.HIGHER);
    report.row(
        id + "_padding",
        model + " padding of " + reviews.batches().size() + " batches",
        "% of tokens",
        Figures.of(100 * EncodedReviews.padding(reviews.batches())));
  }

  private static void step(TrainableClassifier model, List<TokenizedText> batch) {
    model.trainStep(batch, new int[batch.size()], StepSettings.of(1e-5));
  }
}
