package dev.verdict.cli.bench;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.cli.ExitCodes;
import dev.verdict.config.Settings;
import dev.verdict.contract.ModelManifest;
import dev.verdict.model.Preset;
import dev.verdict.registry.RegistryRecords;
import dev.verdict.streams.StreamsListener;
import dev.verdict.streams.StreamsService;
import dev.verdict.streams.inference.CheckpointModel;
import dev.verdict.telemetry.ResidentMemory;
import dev.verdict.telemetry.VerdictMeter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Models that are swapped under full load. */
@Command(
    name = "swap",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Swap the champion under full load: how long the model pauses, whether a review is lost or"
            + " answered twice, and whether the memory comes back.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict bench swap --preset tiny --swaps 100"})
final class SwapBench implements Callable<Integer> {
  private static final double MOST_MILLIS = 50;
  private static final double MEMORY_BACK = 1.03;
  private static final double MIB = 1L << 20;

  /** Swaps before memory is first looked at: the arenas of malloc fill up once. */
  private static final int WARM_UP_SWAPS = 10;

  private static final int TEXTS = 8192;
  private static final Duration POLL = Duration.ofMillis(5);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--swaps", paramLabel = "N", description = "To measure.")
  private int swaps = 100;

  @Option(
      names = "--versions",
      paramLabel = "N",
      description =
          "That take turns, 2 or more. The previous version is kept warm, so that of 2 both are"
              + " always loaded; of 3 each swap loads one and frees one.")
  private int versions = 3;

  @Option(names = "--every", paramLabel = "MS", description = "From one swap to the next.")
  private int everyMillis = 500;

  @Option(
      names = "--settle",
      paramLabel = "SECONDS",
      description = "Without swaps before memory is looked at last.")
  private int settleSeconds = 30;

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
    BenchReport report = options.report();
    report.setting("swaps", swaps);
    report.setting("versions", versions);
    for (Preset preset : options.presets(Preset.TINY)) {
      measure(report, preset);
    }
    report.finish(options, spec.commandLine().getOut());
    return 0;
  }

  private void measure(BenchReport report, Preset preset) throws Exception {
    try (BenchModel model = BenchModel.random(preset, options.seed());
        BenchCluster cluster = BenchCluster.start(BenchCluster.PARTITIONS)) {
      Settings settings = cluster.settings("swap", changes);
      List<ModelManifest> published = new ArrayList<>();
      published.add(BenchCluster.publish(settings, model));
      for (int number = 2; number <= versions; number++) {
        published.add(BenchCluster.store(settings, model, number));
      }
      BatchGaps gaps = new BatchGaps();
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      try (CheckpointStore store = CheckpointStore.open(settings.checkpoints());
          StreamsService app =
              new StreamsService(
                  settings,
                  meters,
                  StreamsListener.silent(),
                  manifest ->
                      new TimedModel(
                          CheckpointModel.load(store, manifest, settings.inference()), gaps));
          FullLoad load = new FullLoad(settings, workload.reviews(TEXTS, options.seed()))) {
        app.start();
        while (app.notReady().isPresent()) {
          TimeUnit.MILLISECONDS.sleep(10);
        }
        load.start();
        load.awaitAnswered(2 * TEXTS);
        Swapping swapping = new Swapping(settings, app, published, gaps);
        for (int i = 0; i < WARM_UP_SWAPS; i++) {
          swapping.swap();
        }
        ProcessMemory first = ProcessMemory.look(meters);
        Figures calm = new Figures();
        for (int i = 0; i < swaps; i++) {
          calm.add(swapping.calm());
        }
        Figures swapped = new Figures();
        ProcessMemory before = ProcessMemory.look(meters);
        for (int i = 0; i < swaps; i++) {
          swapped.add(swapping.swap());
        }
        ProcessMemory after = ProcessMemory.look(meters);
        // What was freed last is given back by malloc when it has not been of use for some seconds.
        TimeUnit.SECONDS.sleep(settleSeconds);
        ProcessMemory settled = ProcessMemory.look(meters);
        FullLoad.Account account = load.finish();
        report(report, preset, gaps, calm, swapped);
        memory(report, preset, first, before, after, settled);
        report.note(
            "Reviews %,d: %,d answered once, %,d lost, %,d answered twice."
                .formatted(account.reviews(), account.once(), account.lost(), account.doubled()));
        report.row(
            "swap_lost_" + preset.name().toLowerCase(Locale.ROOT),
            preset.name().toLowerCase(Locale.ROOT) + ": lost or answered twice",
            "reviews",
            Figures.of((double) (account.lost() + account.doubled())),
            Goal.atMost(0));
      }
    }
  }

  private static void report(
      BenchReport report, Preset preset, BatchGaps gaps, Figures calm, Figures swapped) {
    String name = preset.name().toLowerCase(Locale.ROOT);
    double usual = gaps.usualMillis();
    report.row("swap_batch_" + name, name + ": from batch to batch", "ms", Figures.of(usual));
    report.row(
        "swap_calm_" + name, name + ": longest pause over it, no swap", "ms", over(calm, usual));
    report.row(
        "swap_pause_" + name,
        name + ": longest pause over it, a swap",
        "ms",
        over(swapped, usual),
        Goal.atMost(MOST_MILLIS));
    report.row(
        "swap_longest_" + name,
        name + ": the longest of all swaps",
        "ms",
        Figures.of(over(swapped, usual).max()));
  }

  private static void memory(
      BenchReport report,
      Preset preset,
      ProcessMemory first,
      ProcessMemory before,
      ProcessMemory after,
      ProcessMemory settled) {
    String name = preset.name().toLowerCase(Locale.ROOT);
    if (before.residentMib().values().isEmpty()) {
      report.note("The memory of a process is told by Linux alone.");
      return;
    }
    // Stores and broker fill their caches all the while: what grows without a swap tells how much.
    report.row(
        "swap_resident_first_" + name,
        name + ": resident, the time without begins",
        "MiB",
        first.residentMib());
    report.row(
        "swap_resident_before_" + name, name + ": resident before", "MiB", before.residentMib());
    report.row(
        "swap_resident_just_" + name, name + ": resident just after", "MiB", after.residentMib());
    report.row("swap_resident_" + name, name + ": resident after", "MiB", settled.residentMib());
    report.row(
        "swap_stores_before_" + name,
        name + ": of it state stores before",
        "MiB",
        before.storesMib());
    report.row(
        "swap_stores_" + name, name + ": of it state stores after", "MiB", settled.storesMib());
    report.ratio(
        "swap_memory_" + name,
        "swap_resident_" + name,
        "swap_resident_before_" + name,
        Goal.atMost(MEMORY_BACK));
  }

  private static Figures over(Figures millis, double usual) {
    Figures over = new Figures();
    millis.values().forEach(each -> over.add(each - usual));
    return over;
  }

  /**
   * Memory of this process, and what of it the state stores use, MiB.
   *
   * @param residentMib empty where the system does not tell
   */
  private record ProcessMemory(Figures residentMib, Figures storesMib) {
    /** A few looks, between which batches come and go. */
    static ProcessMemory look(MeterRegistry meters) throws InterruptedException {
      ResidentMemory resident = new ResidentMemory();
      Gauge stores = meters.get(VerdictMeter.STATE_MEMORY.meterName()).gauge();
      ProcessMemory memory = new ProcessMemory(new Figures(), new Figures());
      for (int i = 0; i < 5; i++) {
        resident.bytes().ifPresent(bytes -> memory.residentMib.add(bytes / MIB));
        memory.storesMib.add(stores.value() / MIB);
        TimeUnit.MILLISECONDS.sleep(200);
      }
      return memory;
    }
  }

  /** Makes one version after another the champion. */
  private final class Swapping {
    private final Settings settings;
    private final StreamsService app;
    private final List<ModelManifest> published;
    private final BatchGaps gaps;
    private int serving;

    private Swapping(
        Settings settings, StreamsService app, List<ModelManifest> published, BatchGaps gaps) {
      this.settings = settings;
      this.app = app;
      this.published = published;
      this.gaps = gaps;
    }

    /** The longest time from batch to batch while the next version takes over, milliseconds. */
    private double swap() throws InterruptedException {
      ModelManifest before = published.get(serving);
      serving = (serving + 1) % published.size();
      ModelManifest next = published.get(serving);
      long start = System.nanoTime();
      BenchCluster.write(
          settings,
          RegistryRecords.publish(
              settings.topics().modelRegistry(), next, Optional.of(before.version())));
      while (app.champion().filter(each -> each.version().equals(next.version())).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
      TimeUnit.MILLISECONDS.sleep(everyMillis);
      return gaps.longestMillis(start, System.nanoTime());
    }

    /** The same without a swap. */
    private double calm() throws InterruptedException {
      long start = System.nanoTime();
      TimeUnit.MILLISECONDS.sleep(everyMillis);
      return gaps.longestMillis(start, System.nanoTime());
    }
  }
}
