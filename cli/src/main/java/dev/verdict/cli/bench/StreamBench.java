package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.batching.BatchPlanner;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.bench.WorkloadOptions.NamedReviews;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.model.Classifier;
import dev.verdict.model.ForwardWorkers;
import dev.verdict.model.Preset;
import dev.verdict.model.TorchRuntime;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The stream under exactly-once against the same model on the same reviews without Kafka. */
@Command(
    name = "stream",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Reviews/s from produced to committed prediction, beside the same reviews classified without"
          + " Kafka, Kafka with a model that answers at once, and one review a call of DJL's"
          + " Predictor in a Kafka Streams app of its own.",
      "With --instances 2: two processes, each on one core, against one."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {
      "",
      "Examples:",
      "  verdict bench stream --preset tiny --repetitions 5",
      "  verdict bench stream --preset base --instances 2"
    })
final class StreamBench implements Callable<Integer> {
  private static final int QUICK_WARM_UP = 10;
  private static final int REPETITIONS = 5;

  /** A second or more of work for two cores. */
  private static final Map<Preset, Integer> REVIEWS =
      Map.of(Preset.TINY, 16_384, Preset.MINI, 4096, Preset.SMALL, 1024, Preset.BASE, 256);

  /**
   * Two instances are done when the slower is, which has the partitions with more of the reviews: a
   * few percent more when they are many.
   */
  private static final int TIMES_FOR_INSTANCES = 4;

  /** The common way is so slow that a share of the reviews shows it. */
  private static final int COMMON_SHARE = 8;

  private static final double BASE_OF_DIRECT = 0.95;
  private static final double TINY_OF_DIRECT = 0.7;
  private static final double BASE_OF_COMMON = 3;
  private static final double TINY_OF_COMMON = 10;
  private static final double TWO_INSTANCES = 1.8;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private WorkloadOptions workloads = new WorkloadOptions();

  @Option(
      names = "--reviews",
      paramLabel = "N",
      showDefaultValue = NEVER,
      description = "Of one repetition; by default a few seconds' work.")
  private Optional<Integer> reviews = Optional.empty();

  @Option(names = "--partitions", paramLabel = "N", description = "Of the topics.")
  private int partitions = BenchCluster.PARTITIONS;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "1, or 2 processes that are compared with one.")
  private int instances = 1;

  @Option(
      names = "--arrivals",
      description = "steady or bursty: as fast as they are answered, or 2,048 at once.")
  private Arrivals arrivals = Arrivals.STEADY;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Before the first measurement, of each subject; JIT compilers need it.")
  private int warmUp = 45;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      showDefaultValue = NEVER,
      description = "A setting of the streams app.")
  private Map<String, String> changes = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    if (instances < 1 || instances > 2) {
      throw new ParameterException(
          spec.commandLine(), "--instances is " + instances + ", must be 1 or 2");
    }
    BenchReport report = options.report();
    report.setting("partitions", partitions);
    report.setting("instances", instances);
    report.setting("arrivals", arrivals.name().toLowerCase(Locale.ROOT));
    for (Preset preset : options.presets(Preset.TINY)) {
      int usual = REVIEWS.get(preset) * (instances == 1 ? 1 : TIMES_FOR_INSTANCES);
      int count = reviews.orElse(usual);
      for (NamedReviews load : workloads.reviews(count, options.seed(), Workload.CLOTHING)) {
        if (instances == 1) {
          measure(report, preset, load);
        } else {
          compareInstances(report, preset, load);
        }
      }
    }
    report.finish(options, spec.commandLine().getOut());
    return 0;
  }

  /** The stream against no Kafka, for the smallest model. */
  static void measureQuick(BenchReport report, BenchOptions options) throws Exception {
    StreamBench bench = new StreamBench();
    bench.options = options;
    bench.warmUp = Math.min(QUICK_WARM_UP, 2 * options.repetitions(REPETITIONS));
    for (Preset preset : options.presets(Preset.TINY)) {
      List<NamedReviews> loads =
          bench.workloads.reviews(REVIEWS.get(preset) / 2, options.seed(), Workload.CLOTHING);
      for (NamedReviews load : loads) {
        bench.measure(report, preset, load);
      }
    }
  }

  private void measure(BenchReport report, Preset preset, NamedReviews load) throws Exception {
    int threads = TorchRuntime.threads();
    try (BenchModel model = BenchModel.random(preset, options.seed());
        BenchCluster cluster = BenchCluster.start(partitions)) {
      Settings stream = cluster.settings("stream", changes);
      Settings kafka = cluster.settings("kafka", changes);
      Settings common = cluster.settings("common", changes);
      BenchCluster.publish(stream, model);
      BenchCluster.publish(kafka, model);
      BenchCluster.publish(common, model);
      try (Classifier classifier = Classifier.open(model.folder(), stream.inference());
          ForwardWorkers workers = new ForwardWorkers(stream.inference().workers());
          StreamsService app =
              new StreamsService(stream, new SimpleMeterRegistry(), StreamsListener.silent());
          StreamsService instant =
              new StreamsService(
                  kafka, new SimpleMeterRegistry(), StreamsListener.silent(), InstantModel::new);
          CommonWay plain = new CommonWay(common, model.folder(), partitions);
          Subject ours = new Subject(stream);
          Subject alone = new Subject(kafka);
          Subject theirs = new Subject(common)) {
        app.start();
        instant.start();
        while (app.notReady().isPresent() || instant.notReady().isPresent() || !plain.isRunning()) {
          TimeUnit.MILLISECONDS.sleep(10);
        }
        List<ProducerRecord<byte[], byte[]>> records = ours.feed().records(load.reviews());
        List<ProducerRecord<byte[], byte[]>> aloneRecords = alone.feed().records(load.reviews());
        List<ProducerRecord<byte[], byte[]>> share =
            theirs
                .feed()
                .records(
                    load.reviews().subList(0, Math.max(1, load.reviews().size() / COMMON_SHARE)));
        Rounds rounds = new Rounds();
        List<ReviewWork> subjects =
            List.of(
                new ReviewWork(
                    records.size(), () -> withoutKafka(stream, workers, classifier, load.texts())),
                new ReviewWork(records.size(), () -> ours.seconds(arrivals, records)),
                new ReviewWork(records.size(), () -> alone.seconds(arrivals, aloneRecords)),
                new ReviewWork(
                    share.size(),
                    () -> {
                      // Ours has set the runtime to one thread.
                      TorchRuntime.configureThreads(threads);
                      return theirs.seconds(arrivals, share);
                    }));
        for (ReviewWork subject : subjects) {
          subject.warmUp(warmUp);
        }
        List<Figures> perSecond = subjects.stream().map(rounds::add).toList();
        rounds.run(options.repetitions(REPETITIONS));
        report(
            report,
            preset,
            load,
            perSecond,
            subjects.stream().map(ReviewWork::coreMillis).toList());
      }
    }
  }

  private static void report(
      BenchReport report,
      Preset preset,
      NamedReviews load,
      List<Figures> figures,
      List<Figures> coreMillis) {
    String model = preset.name().toLowerCase(Locale.ROOT);
    String id = "stream_" + model + "_" + load.id();
    String name = model + ", " + load.title() + ": ";
    String unit = "reviews/s";
    report.row(id + "_direct", name + "without Kafka", unit, figures.get(0));
    report.row(id, name + "produced to committed", unit, figures.get(1));
    report.row(id + "_kafka", name + "Kafka alone", unit, figures.get(2));
    report.row(id + "_common", name + "a Predictor call each", unit, figures.get(3));
    report.row(id + "_direct_cpu", name + "CPU without Kafka", "ms each", coreMillis.get(0));
    report.row(id + "_cpu", name + "CPU of the stream", "ms each", coreMillis.get(1));
    report.row(id + "_kafka_cpu", name + "CPU of Kafka alone", "ms each", coreMillis.get(2));
    report.row(id + "_common_cpu", name + "CPU, a call each", "ms each", coreMillis.get(3));
    report.ratio(id + "_direct_of_cpu", id + "_direct_cpu", id + "_cpu", Goal.HIGHER);
    report.ratio(id + "_of_direct", id, id + "_direct", ofDirect(preset));
    report.ratio(id + "_of_kafka", id, id + "_kafka", Goal.HIGHER);
    report.ratio(id + "_of_common", id, id + "_common", ofCommon(preset));
  }

  private static Goal ofDirect(Preset preset) {
    return switch (preset) {
      case BASE -> Goal.atLeast(BASE_OF_DIRECT);
      case TINY -> Goal.atLeast(TINY_OF_DIRECT);
      case MINI, SMALL -> Goal.HIGHER;
    };
  }

  private static Goal ofCommon(Preset preset) {
    return switch (preset) {
      case BASE -> Goal.atLeast(BASE_OF_COMMON);
      case TINY -> Goal.atLeast(TINY_OF_COMMON);
      case MINI, SMALL -> Goal.HIGHER;
    };
  }

  /** An app's topics at both ends. */
  private record Subject(ReviewFeed feed, PredictionTail tail) implements AutoCloseable {
    private Subject(Settings settings) {
      this(new ReviewFeed(settings), new PredictionTail(settings));
    }

    private double seconds(Arrivals arrivals, List<ProducerRecord<byte[], byte[]>> records) {
      return arrivals.seconds(feed, tail, records);
    }

    @Override
    public void close() {
      feed.close();
      tail.close();
    }
  }

  /** Seconds for the same model on the same reviews, sorted and batched as well as can be. */
  private static double withoutKafka(
      Settings settings, ForwardWorkers workers, Classifier classifier, List<String> texts) {
    int tokens = Math.min(settings.batchLimits().maxTokens(), classifier.tokensAtOnce());
    BatchPlanner planner = workers.planner(tokens, settings.batchLimits().maxRows());
    return Rounds.seconds(
        () ->
            workers.classify(classifier::classify, classifier.tokenizer().encode(texts), planner));
  }

  /** One process on one core, two on two, one again: what changes in between shows. */
  private void compareInstances(BenchReport report, Preset preset, NamedReviews load)
      throws Exception {
    int repetitions = options.repetitions(REPETITIONS);
    Map<String, String> oneCore = new LinkedHashMap<>(changes);
    oneCore.put(SettingsDefinition.TORCH_THREADS, "1");
    oneCore.put(SettingsDefinition.NUM_STREAM_THREADS, "1");
    try (BenchModel model = BenchModel.random(preset, options.seed());
        BenchCluster cluster = BenchCluster.start(partitions)) {
      Settings settings = cluster.settings("stream", oneCore);
      BenchCluster.publish(settings, model);
      InstanceFigures one = new InstanceFigures();
      InstanceFigures two = new InstanceFigures();
      try (Subject subject = new Subject(settings);
          StreamsProcess first = process(cluster, oneCore, 0)) {
        List<ProducerRecord<byte[], byte[]>> records = subject.feed().records(load.reviews());
        first.awaitReady();
        new ReviewWork(records.size(), () -> subject.seconds(arrivals, records)).warmUp(warmUp);
        measure(one, List.of(first), subject, records, repetitions);
        try (StreamsProcess second = process(cluster, oneCore, 1)) {
          second.awaitReady();
          new ReviewWork(records.size(), () -> subject.seconds(arrivals, records)).warmUp(warmUp);
          measure(two, List.of(first, second), subject, records, repetitions);
        }
        first.awaitReady();
        subject.seconds(arrivals, records);
        measure(one, List.of(first), subject, records, repetitions);
      }
      String id = "stream_" + preset.name().toLowerCase(Locale.ROOT) + "_" + load.id();
      String name = preset.name().toLowerCase(Locale.ROOT) + ", " + load.title() + ": ";
      report.row(
          id + "_one_instance", name + "one instance, one core", "reviews/s", one.perSecond());
      report.row(
          id + "_two_instances", name + "two instances, a core each", "reviews/s", two.perSecond());
      report.row(id + "_one_cpu", name + "CPU of the one", "ms each", one.coreMillis());
      report.row(id + "_two_cpu", name + "CPU of the two", "ms each", two.coreMillis());
      report.row(
          id + "_one_rest_cpu", name + "CPU beside the one", "ms each", one.restCoreMillis());
      report.row(
          id + "_two_rest_cpu", name + "CPU beside the two", "ms each", two.restCoreMillis());
      report.ratio(
          id + "_two_of_one",
          id + "_two_instances",
          id + "_one_instance",
          Goal.atLeast(TWO_INSTANCES));
      report.note(
          "Each instance is a process on a core of its own (taskset) with one thread of libtorch and"
              + " one stream thread; the broker and the feed are on all cores.");
    }
  }

  private void measure(
      InstanceFigures figures,
      List<StreamsProcess> processes,
      Subject subject,
      List<ProducerRecord<byte[], byte[]>> records,
      int repetitions)
      throws Exception {
    for (int i = 0; i < repetitions; i++) {
      ReviewWork work = new ReviewWork(records.size(), () -> subject.seconds(arrivals, records));
      double before = processes.stream().mapToDouble(StreamsProcess::coreMillis).sum();
      figures.perSecond().add(work.measure());
      processes.forEach(StreamsProcess::requireAlive);
      double after = processes.stream().mapToDouble(StreamsProcess::coreMillis).sum();
      figures.coreMillis().add((after - before) / records.size());
      figures.restCoreMillis().add(work.coreMillis().median());
    }
  }

  /**
   * Of instances that share the reviews, a value for each repetition.
   *
   * @param perSecond reviews
   * @param coreMillis milliseconds of a core that a review took in them
   * @param restCoreMillis the same in this process: broker, feed and consumer
   */
  private record InstanceFigures(Figures perSecond, Figures coreMillis, Figures restCoreMillis) {
    private InstanceFigures() {
      this(new Figures(), new Figures(), new Figures());
    }
  }

  private static StreamsProcess process(BenchCluster cluster, Map<String, String> changes, int core)
      throws IOException {
    Map<String, String> given = cluster.given("stream", changes);
    given.put(SettingsDefinition.STATE_DIR, given.get(SettingsDefinition.STATE_DIR) + "-" + core);
    return StreamsProcess.start(
        given, cluster.folder("logs").resolve("streams-" + core + ".log"), OptionalInt.of(core));
  }
}
