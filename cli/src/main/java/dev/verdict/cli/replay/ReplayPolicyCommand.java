package dev.verdict.cli.replay;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDefinition;
import dev.verdict.config.SettingsException;
import dev.verdict.evaluation.RetrainPolicy;
import dev.verdict.evaluation.RetrainReplay;
import dev.verdict.evaluation.RetrainReplay.Made;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict policy replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Show when retraining was asked for, and when it would have been with other settings, on the"
          + " recorded evaluations, alarms, runs and champions. Nothing is written.",
      "A request that was not made in fact is followed by a run that nobody knows: it is taken to"
          + " last --run-length and to change nothing in the recorded scores. The first difference"
          + " is certain, what follows it an estimate."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, ExitCodes.BAD_ARGUMENT},
    footer = {
      "",
      "Examples:",
      "  verdict policy replay --from 24h",
      "  verdict policy replay --from 24h --set retrain.f1.min=0.75 --set retrain.cooldown.ms=3600000",
      "  verdict policy replay --from 2026-01-05T00:00:00Z --to 2026-01-06T00:00:00Z --json"
    })
final class ReplayPolicyCommand implements Callable<Integer> {
  private static final List<String> KEYS =
      List.of(
          SettingsDefinition.RETRAIN_WINDOW,
          SettingsDefinition.RETRAIN_F1_MIN,
          SettingsDefinition.RETRAIN_F1_LEAVE,
          SettingsDefinition.RETRAIN_MIN_LABELS,
          SettingsDefinition.RETRAIN_COOLDOWN_MS,
          SettingsDefinition.RETRAIN_RUNS_PER_DAY,
          SettingsDefinition.RETRAIN_SCHEDULE_MS,
          SettingsDefinition.RETRAIN_REQUEST_TIMEOUT_MS,
          SettingsDefinition.RETRAIN_TRIGGERS);

  private static final Duration TICK = Duration.ofSeconds(10);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      showDefaultValue = NEVER,
      names = "--from",
      required = true,
      paramLabel = "WHEN",
      converter = When.Converter.class,
      description =
          "Requests of this time and later: 2026-01-31T12:00:00Z, or how long ago: 24h. What is"
              + " recorded before is replayed too, but not shown.")
  private Optional<When> from = Optional.empty();

  @Option(
      showDefaultValue = NEVER,
      names = "--to",
      paramLabel = "WHEN",
      converter = When.Converter.class,
      description = "Requests before this time; now without it.")
  private Optional<When> to = Optional.empty();

  @Option(
      showDefaultValue = NEVER,
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the retrain policy to try; may be repeated.")
  private Map<String, String> changes = new LinkedHashMap<>();

  @Option(
      names = "--run-length",
      paramLabel = "SECONDS",
      description = "How long a run takes that was not made in fact.")
  private long runSeconds = 600;

  @Option(names = "--json", description = "As one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    Instant now = Instant.now();
    Instant start = from.map(When::time).orElse(Instant.MIN);
    Instant end = to.map(When::time).filter(time -> time.isBefore(now)).orElse(now);
    check(start, end);
    RetrainPolicy policy = options.readWith(changes).retrainPolicy();
    Settings settings = options.read();
    PolicyHistoryReader reader = new PolicyHistoryReader(settings);
    PolicyHistory history = reader.read();
    RetrainReplay.Report report = replay(policy, history, end);
    PolicyReplayText text = PolicyReplayText.of(start, end, changes, history, report);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? text.json() + "\n" : text.table());
    out.flush();
    if (reader.unreadable() > 0) {
      spec.commandLine()
          .getErr()
          .printf("%,d records could not be read and are left out%n", reader.unreadable());
    }
    warnOfOtherSettings(settings.retrainPolicy(), history, end);
    return 0;
  }

  private RetrainReplay.Report replay(RetrainPolicy policy, PolicyHistory history, Instant end) {
    return new RetrainReplay(policy, Duration.ofSeconds(runSeconds), TICK)
        .run(
            history.events(policy.window()).stream()
                .filter(event -> event.now().isBefore(end))
                .toList(),
            history.automatic(),
            history.onTrial(),
            end);
  }

  /** A comparison is worth nothing if the streams app ran with settings that are not known here. */
  private void warnOfOtherSettings(RetrainPolicy policy, PolicyHistory history, Instant end) {
    long made =
        history.asked().stream()
            .filter(each -> each.at().isBefore(end))
            .filter(each -> history.automatic().contains(each.requestId()))
            .count();
    long again = replay(policy, history, end).requests().stream().filter(Made::recorded).count();
    if (again < made) {
      spec.commandLine()
          .getErr()
          .printf(
              "Without --set only %,d of %,d recorded requests are made again: are the settings here"
                  + " (file, environment, -D) those of the streams app?%n",
              again, made);
    }
  }

  private void check(Instant start, Instant end) {
    if (!start.isBefore(end)) {
      throw new SettingsException(
          "Invalid value %s for option --to: must be later than --from (%s)"
              .formatted(to.map(When::text).orElse("now"), from.map(When::text).orElse("")));
    }
    changes.keySet().stream()
        .filter(key -> !KEYS.contains(key))
        .findFirst()
        .ifPresent(
            key -> {
              throw new SettingsException(
                  "Invalid value %s for option --set: must be one of %s"
                      .formatted(key, String.join(", ", KEYS)));
            });
    if (runSeconds < 1 || runSeconds > 604_800) {
      throw new SettingsException(
          "Invalid value %d for option --run-length: must be 1 to 604800".formatted(runSeconds));
    }
  }
}
