package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.source.SourcedReview;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.model.Preset;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import dev.verdict.streams.inference.CheckpointModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the stream adds to a review's way when there is little to do. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Milliseconds from a produced review to its committed prediction, over the time of the"
            + " batch itself, at a share of the full rate.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict bench latency --preset tiny"})
final class LatencyBench implements Callable<Integer> {
  private static final int REPETITIONS = 3;
  private static final double MOST_ADDED_MILLIS = 150;
  private static final Map<Preset, Integer> REVIEWS =
      Map.of(Preset.TINY, 16_384, Preset.MINI, 4096, Preset.SMALL, 1024, Preset.BASE, 256);
  private static final Duration POLL = Duration.ofMillis(5);

  /** Reviews of a burst, where they come in bursts. */
  private static final int BURST = 32;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--load", paramLabel = "SHARE", description = "Of the full rate.")
  private double load = 0.1;

  @Option(names = "--seconds", paramLabel = "N", description = "Of one repetition.")
  private int seconds = 20;

  @Option(
      names = "--arrivals",
      description = "steady or bursty: each at a random time of its own, or 32 at once.")
  private Arrivals arrivals = Arrivals.STEADY;

  @Option(names = "--workload", description = "clothing, sentences, films or mix.")
  private Workload workload = Workload.CLOTHING;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      showDefaultValue = NEVER,
      description = "A setting of the streams app.")
  private Map<String, String> changes = new LinkedHashMap<>();

  /** Batches by their end, in nanoseconds of {@link System#nanoTime}. */
  private final ConcurrentSkipListMap<Long, Double> batchMillis = new ConcurrentSkipListMap<>();

  @Override
  public Integer call() throws Exception {
    BenchReport report = options.report();
    report.setting("load", load);
    report.setting("arrivals", arrivals.name().toLowerCase(Locale.ROOT));
    for (Preset preset : options.presets(Preset.TINY)) {
      measure(report, preset);
    }
    report.finish(options, spec.commandLine().getOut());
    return 0;
  }

  private void measure(BenchReport report, Preset preset) throws Exception {
    try (BenchModel model = BenchModel.random(preset, options.seed());
        BenchCluster cluster = BenchCluster.start(BenchCluster.PARTITIONS)) {
      Settings settings = cluster.settings("latency", changes);
      BenchCluster.publish(settings, model);
      try (CheckpointStore store = CheckpointStore.open(settings.checkpoints());
          StreamsService app =
              new StreamsService(
                  settings,
                  new SimpleMeterRegistry(),
                  StreamsListener.silent(),
                  manifest ->
                      new TimedModel(
                          CheckpointModel.load(store, manifest, settings.inference()),
                          (start, end, rows) -> batchMillis.put(end, (end - start) / 1e6)));
          ReviewFeed feed = new ReviewFeed(settings);
          PredictionTail tail = new PredictionTail(settings)) {
        app.start();
        while (app.notReady().isPresent()) {
          TimeUnit.MILLISECONDS.sleep(10);
        }
        List<SourcedReview> reviews = workload.reviews(REVIEWS.get(preset), options.seed());
        List<ProducerRecord<byte[], byte[]>> records = feed.records(reviews);
        Figures full = new Figures();
        Arrivals.STEADY.seconds(feed, tail, records);
        Arrivals.STEADY.seconds(feed, tail, records);
        full.add(records.size() / Arrivals.STEADY.seconds(feed, tail, records));
        double rate = full.median() * load;
        String name = preset.name().toLowerCase(Locale.ROOT);
        report.row("latency_full_" + name, name + ": full rate", "reviews/s", full);
        Latencies all = new Latencies();
        for (int i = 0; i < options.repetitions(REPETITIONS); i++) {
          batchMillis.clear();
          all.add(run(feed, tail, reviews, rate, i), batchMillis.values());
        }
        all.report(report, name, settings);
      }
    }
  }

  /** Milliseconds of each review, at a rate that nothing holds up. */
  private double[] run(
      ReviewFeed feed, PredictionTail tail, List<SourcedReview> texts, double rate, int round)
      throws InterruptedException {
    int count = Math.max(BURST, (int) (rate * seconds));
    double[] millis = new double[count];
    ConcurrentHashMap<String, Long> sent = new ConcurrentHashMap<>();
    Thread sender =
        new Thread(
            () -> send(feed, texts, rate, count, "latency-" + round + "-", sent), "bench-feed");
    tail.expect();
    sender.start();
    int seen = 0;
    while (seen < count) {
      var records = tail.poll(POLL);
      long now = System.nanoTime();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        Long start = sent.get(new String(record.key(), StandardCharsets.UTF_8));
        if (start != null) {
          millis[seen++] = (now - start) / 1e6;
        }
      }
    }
    sender.join();
    return millis;
  }

  private void send(
      ReviewFeed feed,
      List<SourcedReview> texts,
      double rate,
      int count,
      String prefix,
      Map<String, Long> sent) {
    Random random = new Random(options.seed());
    double due = System.nanoTime();
    for (int i = 0; i < count; i++) {
      if (arrivals == Arrivals.STEADY) {
        // Independent arrivals: the pauses between them are exponential.
        due += -Math.log(1 - random.nextDouble()) / rate * 1e9;
      } else if (i % BURST == 0) {
        due += BURST / rate * 1e9;
      }
      for (double pause = due - System.nanoTime(); pause > 0; pause = due - System.nanoTime()) {
        LockSupport.parkNanos((long) pause);
      }
      String id = prefix + i;
      sent.put(id, System.nanoTime());
      feed.send(feed.record(id, texts.get(i % texts.size()).text()));
    }
  }

  /** Percentiles of each repetition. */
  private static final class Latencies {
    private final Figures half = new Figures();
    private final Figures p95 = new Figures();
    private final Figures p99 = new Figures();
    private final Figures batch = new Figures();
    private final Figures added = new Figures();

    private void add(double[] millis, Iterable<Double> batches) {
      Figures times = new Figures();
      batches.forEach(times::add);
      Percentiles percentiles = new Percentiles(millis);
      half.add(percentiles.at(0.5));
      p95.add(percentiles.at(0.95));
      p99.add(percentiles.at(0.99));
      batch.add(times.median());
      added.add(percentiles.at(0.99) - times.median());
    }

    private void report(BenchReport report, String name, Settings settings) {
      String id = "latency_" + name;
      report.row(id + "_p50", name + ": half of the reviews within", "ms", half);
      report.row(id + "_p95", name + ": 95% within", "ms", p95);
      report.row(id + "_p99", name + ": 99% within", "ms", p99);
      report.row(id + "_batch", name + ": the batch's own time", "ms", batch);
      report.row(
          id + "_added",
          name + ": 99% within, over the batch's time",
          "ms",
          added,
          Goal.atMost(MOST_ADDED_MILLIS));
      report.note(
          "A consumer sees a prediction when its transaction is committed, every "
              + settings.printable().get(SettingsDefinition.COMMIT_INTERVAL_MS)
              + " ms: half of that is the mean, all of it the worst, and the commit itself comes"
              + " on top.");
    }
  }
}
