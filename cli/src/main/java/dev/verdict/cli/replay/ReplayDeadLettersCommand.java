package dev.verdict.cli.replay;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.ProgressView;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.streams.replay.DeadLetterReplay;
import dev.verdict.streams.replay.DeadLetterReplay.Order;
import dev.verdict.streams.replay.DeadLetterReplay.Outcome;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict dead-letters replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Write dead letters back to the topics and partitions they came from, after a fix: key,"
          + " value, headers and time as they were, and how often in the header verdict.replayed.",
      "No record is written back twice, however often this is run or killed: those that a filter"
          + " leaves out can be replayed later. A record that is rejected again is a letter of its"
          + " own and is held back, see --again."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, ExitCodes.BAD_ARGUMENT, ExitCodes.STOPPED},
    footer = {
      "",
      "Examples:",
      "  verdict dead-letters replay --reason unknown_label --dry-run",
      "  verdict dead-letters replay --reason inference_failed --from 2h"
    })
final class ReplayDeadLettersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();
  @Mixin private DeadLetterOptions which = new DeadLetterOptions();

  @Option(names = "--dry-run", description = "Say what would be replayed, and write nothing.")
  private boolean dryRun;

  @Option(
      names = "--again",
      paramLabel = "N",
      arity = "0..1",
      defaultValue = "1",
      fallbackValue = "3",
      description =
          "Replay also what was rejected again after a replay, until it was replayed N times in"
              + " all (without a number: ${FALLBACK-VALUE}).")
  private int timesAtMost = 1;

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    Settings settings = options.read();
    if (timesAtMost < 1 || timesAtMost > 100) {
      throw new SettingsException(
          "Invalid value %d for option --again: must be 1 to 100".formatted(timesAtMost));
    }
    Order order = new Order(which.filter(), timesAtMost, which.limit(), dryRun);
    PrintWriter out = spec.commandLine().getOut();
    ProgressView progress = ProgressView.on(out, "dead letters read");
    Map<Outcome, Long> outcomes =
        new DeadLetterReplay(settings)
            .run(
                order,
                progress,
                (letter, why) -> {
                  progress.clear();
                  out.printf("Not replayable %s: %s%n", LetterText.name(letter), why);
                });
    progress.clear();
    out.println(
        (dryRun ? "Dry run, nothing is written: " : "")
            + outcomes.entrySet().stream()
                .map(each -> "%,d %s".formatted(each.getValue(), text(each.getKey())))
                .collect(Collectors.joining(", ")));
    out.flush();
    return 0;
  }

  private String text(Outcome outcome) {
    return switch (outcome) {
      case REPLAYED -> dryRun ? "would be replayed" : outcome.text();
      case HELD -> outcome.text() + " (--again: up to %d times)".formatted(timesAtMost);
      case REPLAYED_BEFORE, NOT_REPLAYABLE -> outcome.text();
    };
  }
}
