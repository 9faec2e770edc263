package dev.verdict.cli.bench;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.cli.bench.WorkloadOptions.NamedReviews;
import dev.verdict.model.Classifier;
import dev.verdict.model.ForwardWorkers;
import dev.verdict.model.InferenceOptions;
import dev.verdict.model.Precision;
import dev.verdict.model.Preset;
import dev.verdict.model.TorchRuntime;
import dev.verdict.text.TokenizedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Measures one size of model: ours, and by turns with it the peak and the rivals. */
final class InferenceRun implements AutoCloseable {
  static final int MAX_LENGTH = 128;

  private static final int MAX_TOKENS = 8192;
  private static final int MAX_ROWS = 256;
  private static final double FORWARD_OF_PEAK = 0.85;
  private static final double INT8_OF_FLOAT32 = 1.8;
  private static final double OF_ONE_REVIEW_A_CALL = 3;
  private static final double TINY_OF_ONE_REVIEW_A_CALL = 10;

  private final Preset preset;
  private final String name;
  private final BenchReport report;
  private final int repetitions;
  private final BenchModel model;
  private final int threads = TorchRuntime.threads();
  private final ForwardWorkers workers = new ForwardWorkers(threads);
  private final List<OwnModel> own = new ArrayList<>();
  private final List<OpenRival> rivals = new ArrayList<>();

  /** The model that is measured, in one precision. */
  private record OwnModel(Precision precision, Classifier classifier) {
    /** As a part of an id, and as people read it. */
    String name() {
      return precision.name().toLowerCase(Locale.ROOT);
    }

    boolean isInt8() {
      return precision == Precision.INT8;
    }
  }

  private InferenceRun(BenchReport report, Preset preset, int repetitions, BenchModel model) {
    this.report = report;
    this.preset = preset;
    this.repetitions = repetitions;
    this.model = model;
    name = preset.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Makes a model of random weights.
   *
   * @param report where rows are added
   * @param seed of the weights
   */
  static InferenceRun open(BenchReport report, Preset preset, int repetitions, long seed)
      throws Exception {
    InferenceRun run =
        new InferenceRun(report, preset, repetitions, BenchModel.random(preset, seed));
    // What comes after the first is compared with it.
    for (Precision precision : List.of(Precision.FLOAT32, Precision.INT8)) {
      Classifier classifier =
          Classifier.open(
              run.model.folder(),
              new InferenceOptions(MAX_LENGTH, precision, TorchRuntime.threads()));
      run.own.add(new OwnModel(precision, classifier));
      classifier.warmUp();
    }
    return run;
  }

  /** Loads what runs the same weights otherwise; says so if there is nothing. */
  void openRivals() throws Exception {
    rivals.addAll(OpenRival.open(model.folder(), first().classifier(), threads));
  }

  boolean hasRivals() {
    return !rivals.isEmpty();
  }

  private OwnModel first() {
    return own.get(0);
  }

  /** A batch without padding. */
  void measureFull(int rows, int length, long seed) throws Exception {
    EncodedReviews work = EncodedReviews.full(rows, length, model.config().vocabSize(), seed);
    Work measured = new Work(name + "_" + work.id(), work);
    try (PeakRow peak = measured.peak()) {
      measured.addModels();
      measured.rounds.run(repetitions);
      measured.report(peak);
    }
  }

  /** Reviews: the forward pass alone, and from the text to the probabilities. */
  void measureReviews(NamedReviews reviews) throws Exception {
    Classifier classifier = first().classifier();
    List<String> texts = reviews.texts();
    EncodedReviews work =
        new EncodedReviews(reviews.id(), reviews.title(), classifier.tokenizer().encode(texts));
    Work measured = new Work(name + "_" + work.id(), work);
    try (PeakRow peak = measured.peak()) {
      measured.addModels();
      Figures tokenizer =
          measured.rounds.add(
              () -> texts.size() / Rounds.seconds(() -> classifier.tokenizer().encode(texts)));
      Figures fromText =
          measured.rounds.add(
              () -> texts.size() / Rounds.seconds(() -> classify(classifier, reviews)));
      Map<OpenRival, Figures> oneByOne = new LinkedHashMap<>();
      for (OpenRival rival : rivals) {
        if (rival.model() instanceof RivalModel.OfReviews single) {
          oneByOne.put(
              rival,
              measured.rounds.add(
                  () -> {
                    // Ours has set the runtime to one thread.
                    TorchRuntime.configureThreads(threads);
                    return texts.size() / OpenRival.seconds(single, texts);
                  }));
        }
      }
      measured.rounds.run(repetitions);
      measured.report(peak);
      measured.reportReviews(tokenizer);
      measured.reportFromText(fromText, oneByOne);
    }
  }

  /** As the stream plans. */
  private BatchPlanner planner(Classifier classifier) {
    return workers.planner(Math.min(MAX_TOKENS, classifier.tokensAtOnce()), MAX_ROWS);
  }

  private void classify(Classifier classifier, NamedReviews reviews) {
    workers.classify(
        classifier::classify, classifier.tokenizer().encode(reviews.texts()), planner(classifier));
  }

  /** What is measured on the same texts by turns. */
  private final class Work {
    private final String id;
    private final String title;
    private final EncodedReviews texts;
    private final long operations;
    private final Rounds rounds = new Rounds();
    private final Map<OwnModel, Figures> ownSeconds = new LinkedHashMap<>();
    private final Map<OpenRival, Figures> rivalSeconds = new LinkedHashMap<>();

    Work(String id, EncodedReviews texts) {
      this.id = id;
      this.texts = texts;
      title = name + ", " + texts.title();
      operations = texts.operations(model.config());
    }

    PeakRow peak() {
      return new PeakRow(id + "_peak", rounds, threads);
    }

    void addModels() throws Exception {
      for (OwnModel each : own) {
        List<List<TokenizedText>> batches = texts.batches(planner(each.classifier()));
        Runnable pass = () -> workers.classify(each.classifier()::classify, batches);
        pass.run();
        ownSeconds.put(each, rounds.add(() -> Rounds.secondsAPass(() -> Rounds.seconds(pass))));
      }
      for (OpenRival rival : rivals) {
        if (rival.model() instanceof RivalModel.OfBatches batched) {
          List<List<TokenizedText>> best = rival.bestBatches(texts);
          OpenRival.seconds(batched, best);
          rivalSeconds.put(
              rival, rounds.add(() -> Rounds.secondsAPass(() -> OpenRival.seconds(batched, best))));
        }
      }
    }

    void report(PeakRow peak) {
      peak.report(report);
      ownSeconds.forEach(
          (each, seconds) -> {
            report.row(row(each), title + ", " + each.name(), "GFLOP/s", gflops(seconds));
            if (each.equals(first())) {
              Goal goal = preset == Preset.BASE ? Goal.atLeast(FORWARD_OF_PEAK) : Goal.HIGHER;
              report.ratio(id + "_of_peak", row(each), peak.id(), goal);
            } else {
              report.ratio(
                  row(each) + "_of_" + first().name(),
                  row(each),
                  row(first()),
                  preset == Preset.BASE ? Goal.atLeast(INT8_OF_FLOAT32) : Goal.HIGHER);
            }
          });
      rivalSeconds.forEach(
          (rival, seconds) -> {
            String rivalRow = id + "_" + rival.rival().id();
            report.row(rivalRow, title + ", " + rival.rival().title(), "GFLOP/s", gflops(seconds));
            OwnModel like = like(rival);
            report.ratio(
                row(like) + "_of_" + rival.rival().id(),
                row(like),
                rivalRow,
                like.isInt8() == rival.rival().isInt8() ? Goal.atLeast(1) : Goal.HIGHER);
          });
    }

    /** Ours of the same precision, or else the first. */
    private OwnModel like(OpenRival rival) {
      return own.stream()
          .filter(each -> each.isInt8() == rival.rival().isInt8())
          .findFirst()
          .orElse(first());
    }

    void reportReviews(Figures tokenizer) {
      ownSeconds.forEach(
          (each, seconds) -> {
            String model = title + ", " + each.name();
            report.row(
                row(each) + "_reviews",
                model,
                "reviews/s",
                map(seconds, s -> texts.texts().size() / s));
            report.row(
                row(each) + "_tokens", model, "tokens/s", map(seconds, s -> texts.tokens() / s));
          });
      report.row(
          id + "_padding",
          title + ", padding that packing saves",
          "% of tokens",
          Figures.of(100 * EncodedReviews.padding(texts.batches(planner(first().classifier())))));
      report.row(id + "_tokenizer", title + ", tokenizer alone", "reviews/s", tokenizer);
    }

    void reportFromText(Figures fromText, Map<OpenRival, Figures> oneByOne) {
      String text = id + "_from_text";
      report.row(text, title + ", from text to probabilities", "reviews/s", fromText);
      oneByOne.forEach(
          (rival, figures) -> {
            String rivalRow = id + "_" + rival.rival().id();
            report.row(rivalRow, title + ", " + rival.rival().title(), "reviews/s", figures);
            Goal goal =
                switch (preset) {
                  case TINY -> Goal.atLeast(TINY_OF_ONE_REVIEW_A_CALL);
                  case BASE -> Goal.atLeast(OF_ONE_REVIEW_A_CALL);
                  case MINI, SMALL -> Goal.HIGHER;
                };
            report.ratio(text + "_of_" + rival.rival().id(), text, rivalRow, goal);
          });
    }

    private String row(OwnModel each) {
      return id + "_" + each.name();
    }

    private Figures gflops(Figures seconds) {
      return map(seconds, s -> operations / s / 1e9);
    }
  }

  private static Figures map(Figures figures, ToDoubleFunction<Double> function) {
    Figures mapped = new Figures();
    figures.values().forEach(value -> mapped.add(function.applyAsDouble(value)));
    return mapped;
  }

  @Override
  public void close() throws Exception {
    for (OpenRival rival : rivals) {
      rival.close();
    }
    own.forEach(each -> each.classifier().close());
    workers.close();
    model.close();
  }
}
