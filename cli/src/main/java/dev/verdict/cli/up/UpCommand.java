package dev.verdict.cli.up;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.checkpoint.CheckpointFolder;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.source.JsonLinesReviews;
import dev.verdict.cli.source.ReviewSource;
import dev.verdict.cli.source.SyntheticReviews;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict up}: everything in one JVM, with a source of reviews. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Run it all here: a Kafka broker, the trainer, the streams app, and a source of reviews whose"
          + " labels come later and whose domain changes part-way.",
      "The first reviews train the first champion; then the stream runs at its rate."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:With --exit-when-done: every review has exactly one prediction or dead letter.",
      "1:It went wrong, or a review has none or two.",
      ExitCodes.BAD_ARGUMENT,
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  verdict up",
      "  verdict up --rate 500 --data here -Dbatch.max.rows=64",
      "  verdict up --reviews films.jsonl --reviews clothes.jsonl --exit-when-done"
    })
public final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(names = "--port", description = "Port of the Kafka broker on 127.0.0.1; 0: any free one.")
  private int port = 9092;

  @Option(
      showDefaultValue = NEVER,
      names = "--data",
      paramLabel = "DIR",
      description = "Where broker, state and checkpoints live; otherwise removed at the end.")
  private Optional<Path> data = Optional.empty();

  @Option(
      showDefaultValue = NEVER,
      names = "--reviews",
      paramLabel = "FILE",
      description =
          "Replay {\"id\",\"text\",\"label\"} lines instead of generated reviews; repeat it for a"
              + " change of domain.")
  private List<Path> reviews = new ArrayList<>();

  @Option(names = "--rate", paramLabel = "N", description = "Reviews a second.")
  private double rate = 100;

  @Option(
      names = "--label-delay",
      paramLabel = "SECONDS",
      description = "How long after its review a label comes.")
  private double labelDelay = 5;

  @Option(
      names = "--before-drift",
      paramLabel = "N",
      description = "Generated reviews before the drift, those of the first training included.")
  private int beforeDrift = 6000;

  @Option(
      names = "--after-drift",
      paramLabel = "N",
      description = "Generated reviews after the drift.")
  private int afterDrift = 16_000;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the generated reviews.")
  private long seed = 1;

  @Option(
      showDefaultValue = NEVER,
      names = "--base",
      paramLabel = "BASE",
      description =
          "Where the first champion starts: scratch:<preset>, a folder, or hf://owner/name.")
  private Optional<String> base = Optional.empty();

  @Option(
      names = "--exit-when-done",
      description =
          "End when every review is predicted and graded; exit 0 only if each has exactly one"
              + " prediction or dead letter.")
  private boolean exitWhenDone;

  @Override
  public Integer call() throws Exception {
    checkArguments();
    try (ReviewSource source = source()) {
      Path folder = folder();
      return run(source, folder);
    }
  }

  private Path folder() {
    try {
      return data.isPresent()
          ? Files.createDirectories(data.get())
          : Files.createTempDirectory("verdict-up-");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot make the data folder %s: %s"
              .formatted(data.map(Path::toString).orElse("for temporary files"), e.getMessage()),
          e);
    }
  }

  private int run(ReviewSource source, Path folder) throws Exception {
    Optional<Path> log = UpLog.toFileWhenOnTerminal();
    Settings settings = options.load(defaults(folder));
    Feed feed =
        new Feed(
            source,
            rate,
            Duration.ofMillis(Math.round(labelDelay * 1000)),
            settings.trainer().bootstrapExamples());
    PrintWriter out = spec.commandLine().getOut();
    log.ifPresent(file -> out.println("Log: " + file));
    return new Scenario(settings, folder, port, feed, exitWhenDone)
        .run(
            out,
            () -> {
              if (data.isEmpty()) {
                CheckpointFolder.deleteRecursively(folder);
              }
            });
  }

  private ReviewSource source() {
    return reviews.isEmpty()
        ? SyntheticReviews.stream(seed, beforeDrift, afterDrift)
        : JsonLinesReviews.of(reviews);
  }

  private Map<String, String> defaults(Path folder) {
    Map<String, String> defaults = new HashMap<>(Scenario.DEFAULTS);
    defaults.put("state.dir", folder.resolve("state").toString());
    defaults.put("checkpoints.dir", folder.resolve("checkpoints").toString());
    defaults.put("checkpoints.cache.dir", folder.resolve("checkpoint-cache").toString());
    base.ifPresent(value -> defaults.put("train.base", value));
    if (base.map(value -> value.startsWith("scratch:")).orElse(true)) {
      defaults.putAll(Scenario.DEFAULTS_FROM_SCRATCH);
    }
    return defaults;
  }

  private void checkArguments() {
    List<String> faults = new ArrayList<>();
    check(port >= 0 && port <= 65535, "--port", port, "0 to 65535", faults);
    check(rate > 0, "--rate", rate, "more than 0", faults);
    check(labelDelay >= 0, "--label-delay", labelDelay, "0 or more seconds", faults);
    check(beforeDrift > 0, "--before-drift", beforeDrift, "1 or more", faults);
    check(afterDrift >= 0, "--after-drift", afterDrift, "0 or more", faults);
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
  }

  private static void check(
      boolean right, String option, Number value, String accepted, List<String> faults) {
    if (!right) {
      faults.add("Invalid value %s for option %s: must be %s".formatted(value, option, accepted));
    }
  }
}
