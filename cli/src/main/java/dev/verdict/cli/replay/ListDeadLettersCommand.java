package dev.verdict.cli.replay;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.Rights;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.Settings;
import dev.verdict.registry.access.ServiceRole;
import dev.verdict.streams.replay.DeadLetter;
import dev.verdict.streams.replay.DeadLetterFilter;
import dev.verdict.streams.replay.TopicScan;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict dead-letters list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Show the dead letters, a line each: time, place, the record's own place, stage, reason,"
          + " message, the beginning of its value. A count by stage and reason follows.",
      "Times are those of the rejected records."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, ExitCodes.BAD_ARGUMENT, ExitCodes.STOPPED},
    footer = {
      "",
      "Examples:",
      "  verdict dead-letters list --from 2h",
      "  verdict dead-letters list --reason unknown_label --topic labels --json | jq .value"
    })
final class ListDeadLettersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();
  @Mixin private DeadLetterOptions which = new DeadLetterOptions();

  @Option(
      names = "--json",
      description =
          "As JSON Lines, whole: key and value as text where they are UTF-8, else as key_base64"
              + " and value_base64. The count goes to standard error.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    Settings settings = options.read();
    DeadLetterFilter filter = which.filter();
    long limit = which.limit();
    String topic = settings.topics().deadLetters();
    Rights.require(ServiceRole.DEAD_LETTERS_LIST, settings, List.of(topic));
    PrintWriter out = spec.commandLine().getOut();
    Optional<LetterValues> readable = LetterValues.of(settings);
    Map<String, Long> counts = new TreeMap<>();
    try (TopicScan scan = new TopicScan(settings.kafkaClient(), topic)) {
      long[] shown = new long[1];
      scan.forEachPoll(
          records -> {
            for (ConsumerRecord<byte[], byte[]> record : records) {
              DeadLetter letter = new DeadLetter(record);
              if (shown[0] < limit && filter.accepts(letter)) {
                shown[0]++;
                Optional<byte[]> value = readable.flatMap(each -> each.value(letter));
                out.println(json ? LetterText.json(letter, value) : LetterText.line(letter, value));
                counts.merge(LetterText.kind(letter), 1L, Long::sum);
              }
            }
            out.flush();
            return shown[0] < limit;
          });
    }
    summarise(counts, json ? spec.commandLine().getErr() : out);
    return 0;
  }

  private static void summarise(Map<String, Long> counts, PrintWriter out) {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    out.printf("%,d dead letters%n", all);
    counts.forEach((kind, count) -> out.printf("%,10d  %s%n", count, kind));
    out.flush();
  }
}
