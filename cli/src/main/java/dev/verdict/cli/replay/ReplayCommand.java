package dev.verdict.cli.replay;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.checkpoint.CheckpointStore;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.ProgressView;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.registry.RegistryState;
import dev.verdict.streams.inference.CheckpointModel;
import dev.verdict.streams.replay.ReplayReport;
import dev.verdict.streams.replay.ReviewRange;
import dev.verdict.streams.replay.ReviewReplay;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict replay}: past reviews through a version, into a topic of their own. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Predict a past range of reviews again, by any published version, into a topic of its own."
          + " The stream goes on untouched.",
      "Exactly once: killed and started again the same way it goes on where it stopped, to the end"
          + " that the range had when it first started. Bad records are counted, and not written to"
          + " the dead letters, where the stream has told of them already."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The whole range is predicted.",
      "1:It could not go on; run again it does from where it stopped.",
      ExitCodes.BAD_ARGUMENT,
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  verdict replay --from 24h --model previous --output predictions-previous",
      "  verdict replay --from 2026-01-05T00:00:00Z --to 2026-01-06T00:00:00Z --output day-5",
      "  verdict replay --from-offsets 0:1200,1:1180 --to-offsets 0:5000,1:5000 --output again"
    })
public final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      showDefaultValue = NEVER,
      names = "--from",
      paramLabel = "WHEN",
      converter = When.Converter.class,
      description =
          "Reviews of this record time and later: 2026-01-31T12:00:00Z, or how long ago: 2h."
              + " Otherwise from the oldest that is kept.")
  private Optional<When> from = Optional.empty();

  @Option(
      showDefaultValue = NEVER,
      names = "--to",
      paramLabel = "WHEN",
      converter = When.Converter.class,
      description =
          "Up to, in each partition, the first review of this record time or later. Otherwise all"
              + " that are there now.")
  private Optional<When> to = Optional.empty();

  @Option(
      showDefaultValue = NEVER,
      names = "--from-offsets",
      paramLabel = "P:OFFSET,...",
      description = "First offset of these partitions, before --from.")
  private Optional<String> fromOffsets = Optional.empty();

  @Option(
      showDefaultValue = NEVER,
      names = "--to-offsets",
      paramLabel = "P:OFFSET,...",
      description = "Offset that these partitions end before, before --to.")
  private Optional<String> toOffsets = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "VERSION",
      description = "The version that predicts; also champion or previous.")
  private String model = RegistryState.CHAMPION;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "TOPIC",
      description =
          "Topic of the predictions, of as many partitions as reviews; made if it is missing and"
              + " topics.create is true, and then kept for ever.")
  private String output = "";

  @Option(
      showDefaultValue = NEVER,
      names = "--group",
      paramLabel = "ID",
      description =
          "Consumer group that keeps the progress, one for each replay. Otherwise <application"
              + " id>-replay-<output>.")
  private Optional<String> group = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    Settings settings = options.read();
    ReviewReplay.Order order = new ReviewReplay.Order(range(), model, output, group);
    PrintWriter out = spec.commandLine().getOut();
    ProgressView progress = ProgressView.on(out, "reviews");
    try (CheckpointStore store = CheckpointStore.open(settings.checkpoints())) {
      ReplayReport report =
          new ReviewReplay(
                  settings,
                  manifest -> CheckpointModel.load(store, manifest, settings.inference()),
                  new SimpleMeterRegistry())
              .run(order, progress);
      progress.clear();
      print(report, out);
    }
    return 0;
  }

  private void print(ReplayReport report, PrintWriter out) {
    if (report.before() > 0) {
      out.printf(
          "Went on after %,d of %,d: earlier runs had done those%n",
          report.before(), report.total());
    }
    out.printf(
        "%,d predicted by %s into %s, %,d rejected%s, %,d tombstones, %,d older than the range%n",
        report.predicted(),
        report.version(),
        output,
        report.rejectedInAll(),
        reasons(report),
        report.tombstones(),
        report.earlier());
    out.flush();
  }

  private static String reasons(ReplayReport report) {
    return report.rejected().isEmpty()
        ? ""
        : new TreeMap<>(report.rejected())
            .entrySet().stream()
                .map(each -> "%s %,d".formatted(each.getKey().wireName(), each.getValue()))
                .collect(Collectors.joining(", ", " (", ")"));
  }

  private ReviewRange range() {
    if (from.isPresent() && to.isPresent() && !from.get().time().isBefore(to.get().time())) {
      throw new SettingsException(
          "Invalid value %s for option --to: must be later than --from (%s)"
              .formatted(to.get().text(), from.get().text()));
    }
    String asked =
        "reviews from %s to %s"
            .formatted(asked(from, fromOffsets, "the oldest"), asked(to, toOffsets, "the newest"));
    return new ReviewRange(
        asked,
        from.map(When::time),
        to.map(When::time),
        offsets("--from-offsets", fromOffsets),
        offsets("--to-offsets", toOffsets));
  }

  private static String asked(Optional<When> time, Optional<String> offsets, String otherwise) {
    return offsets.map(text -> "offsets " + text + ", else ").orElse("")
        + time.map(When::text).orElse(otherwise);
  }

  private static Map<Integer, Long> offsets(String option, Optional<String> text) {
    Map<Integer, Long> offsets = new HashMap<>();
    for (String each : text.stream().flatMap(all -> Arrays.stream(all.split(",", -1))).toList()) {
      if (!each.matches("[0-9]{1,9}:[0-9]{1,18}")) {
        throw new SettingsException(
            "Invalid value %s for option %s: must be partition:offset pairs such as 0:1200,1:1180"
                .formatted(text.orElse(""), option));
      }
      int colon = each.indexOf(':');
      offsets.put(
          Integer.valueOf(each.substring(0, colon)), Long.valueOf(each.substring(colon + 1)));
    }
    return offsets;
  }
}
