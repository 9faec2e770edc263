package dev.verdict.cli.tail;

import dev.verdict.cli.Colours;
import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.ReadableValues;
import dev.verdict.cli.Rights;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.cli.StopSignal;
import dev.verdict.cli.replay.When;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.registry.access.ServiceRole;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code verdict tail}: what comes into a topic. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = {
      "Show the last records of a topic of Verdict's, and those that come, until Ctrl-C: committed"
          + " ones only, a line each.",
      "Records of one partition are in their order; those of several come as they are read."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:All that was asked for is shown.",
      ExitCodes.BAD_ARGUMENT,
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  verdict tail predictions",
      "  verdict tail decisions --from beginning --no-follow",
      "  verdict tail evaluations -n 1 --no-follow --json | jq .value.macro_f1"
    })
public final class TailCommand implements Callable<Integer> {
  private static final int LAST = 10;
  private static final int MOST = 100_000;
  private static final Duration POLL = Duration.ofMillis(200);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Parameters(
      paramLabel = "TOPIC",
      converter = FollowedTopic.Converter.class,
      completionCandidates = FollowedTopic.Names.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private FollowedTopic topic = FollowedTopic.PREDICTIONS;

  @Option(
      names = "-n",
      paramLabel = "N",
      description = "Begin with the last N records. Otherwise 10, or as --from says.")
  private Optional<Integer> last = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      converter = BeginningOrTime.class,
      description =
          "Begin with records of this time: 2026-01-31T12:00:00Z, or how long ago: 2h; or beginning.")
  private Optional<Instant> from = Optional.empty();

  @Option(names = "--no-follow", description = "End with the last record that is there now.")
  private boolean once;

  @Option(names = "--count", paramLabel = "N", description = "End after so many records.")
  private Optional<Long> count = Optional.empty();

  @Option(
      names = "--json",
      description = "As JSON Lines, whole: topic, partition, offset, time, key, value and headers.")
  private boolean json;

  /** For picocli; the beginning is the first time of all. */
  static final class BeginningOrTime implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      if (text.equals("beginning")) {
        return Instant.EPOCH;
      }
      try {
        return When.parse(text, Instant.now()).time();
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage() + ", or beginning");
      }
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    checkArguments();
    Settings settings = options.read();
    String name = topic.in(settings.topics());
    Rights.require(ServiceRole.TAIL, settings, List.of(name));
    RecordLine lines = new RecordLine(topic, Colours.here());
    Function<ConsumerRecord<byte[], byte[]>, String> form = json ? RecordJson::of : lines::of;
    if (topic.maybeNotJson(settings.formats())) {
      settings.formats().check();
      form = form.compose(new ReadableValues(settings)::of);
    }
    return show(settings, name, form);
  }

  private int show(
      Settings settings, String name, Function<ConsumerRecord<byte[], byte[]>, String> form)
      throws InterruptedException {
    try (StopSignal stop = StopSignal.listen();
        TopicFollower follower = new TopicFollower(settings.kafkaClient(), name)) {
      Shown shown = new Shown(spec.commandLine().getOut(), form, count.orElse(Long.MAX_VALUE));
      Map<TopicPartition, Long> ends = follower.ends();
      begin(follower, shown);
      while (!shown.enough() && !stop.isGiven() && !(once && follower.reached(ends))) {
        List<ConsumerRecord<byte[], byte[]>> records = follower.poll(POLL);
        shown.add(
            once
                ? records.stream().filter(each -> each.offset() < end(ends, each)).toList()
                : records);
      }
      return stop.isGiven() ? StopSignal.STOPPED : 0;
    }
  }

  private void begin(TopicFollower follower, Shown shown) {
    if (from.isEmpty()) {
      shown.add(follower.last(last.orElse(LAST)));
    } else if (from.get().equals(Instant.EPOCH)) {
      follower.toBeginning();
    } else {
      follower.to(from.get());
    }
  }

  private static long end(Map<TopicPartition, Long> ends, ConsumerRecord<byte[], byte[]> record) {
    return ends.get(new TopicPartition(record.topic(), record.partition()));
  }

  /** Prints records, up to as many as are wanted. */
  private static final class Shown {
    private final PrintWriter out;
    private final Function<ConsumerRecord<byte[], byte[]>, String> form;
    private final long wanted;
    private long shown;
    private boolean gone;

    Shown(PrintWriter out, Function<ConsumerRecord<byte[], byte[]>, String> form, long wanted) {
      this.out = out;
      this.form = form;
      this.wanted = wanted;
    }

    void add(List<ConsumerRecord<byte[], byte[]>> records) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (shown < wanted) {
          shown++;
          out.println(form.apply(record));
        }
      }
      // Also flushes, and tells that nobody reads any more, as with head.
      gone = out.checkError();
    }

    boolean enough() {
      return shown >= wanted || gone;
    }
  }

  private void checkArguments() {
    if (last.isPresent() && from.isPresent()) {
      throw new SettingsException("Options -n and --from exclude each other");
    }
    last.filter(value -> value < 0 || value > MOST)
        .ifPresent(
            value -> {
              throw new SettingsException(
                  "Invalid value %d for option -n: must be 0 to %d".formatted(value, MOST));
            });
    count
        .filter(value -> value < 1)
        .ifPresent(
            value -> {
              throw new SettingsException(
                  "Invalid value %d for option --count: must be 1 or more".formatted(value));
            });
  }
}
