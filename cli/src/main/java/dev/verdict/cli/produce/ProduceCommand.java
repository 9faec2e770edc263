package dev.verdict.cli.produce;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.PrintableText;
import dev.verdict.cli.Rights;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.cli.StopSignal;
import dev.verdict.cli.source.SyntheticReviews;
import dev.verdict.config.ClientKind;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.Json;
import dev.verdict.contract.MessageFormat;
import dev.verdict.contract.MessageFormats;
import dev.verdict.registry.access.ServiceRole;
import dev.verdict.trainer.data.DataColumns;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verdict produce}: reviews, and their labels, into the topics. */
@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    description = {
      "Write reviews to their topic, and labels to theirs: from a file, from standard input as it"
          + " comes, or made up with --generate.",
      "Input is UTF-8: one text a line; JSON Lines with text and perhaps id, label, timestamp,"
          + " attributes; or CSV or TSV with a header. A review without an id gets one.",
      "They are written as reviews.format and labels.format say. Of a review as plain text only the"
          + " text is written, its timestamp as the record's.",
      "What cannot be used is named and left out. Counts go to standard error."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:All was written.",
      "1:A line could not be used, or Kafka refused a record.",
      ExitCodes.BAD_ARGUMENT,
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  echo 'The kettle is quiet and boils fast.' | verdict produce --print-ids",
      "  verdict produce --labels --label-delay 30 --rate 50 reviews.jsonl",
      "  verdict produce --text-column review --label-column stars --labels --attribute line r.csv",
      "  verdict produce --generate --rate 100"
    })
public final class ProduceCommand implements Callable<Integer> {
  private static final double GENERATED_RATE = 100;
  private static final double GENERATED_LABEL_DELAY = 5;
  private static final Duration PROGRESS = Duration.ofSeconds(30);
  private static final Duration CLOSE = Duration.ofSeconds(10);
  private static final int TOO_MANY_FAULTS = 20;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The reviews. Otherwise, or where it is -, standard input.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      showDefaultValue = NEVER,
      description =
          "json, text, csv or tsv. Otherwise by the file's name; of others by their first line, JSON"
              + " if it begins with a brace.")
  private Format format = Format.AUTO;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "Column of CSV or TSV that holds the text. Otherwise text.")
  private String textColumn = DataColumns.DEFAULT.text();

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "Column of CSV or TSV that holds the class. Otherwise label.")
  private String labelColumn = DataColumns.DEFAULT.label();

  @Option(
      names = "--attribute",
      paramLabel = "NAME",
      description = "Column of CSV or TSV that becomes an attribute of the review; repeatable.")
  private List<String> attributes = new ArrayList<>();

  @Option(
      names = "--generate",
      arity = "0..1",
      fallbackValue = "0",
      paramLabel = "N",
      description =
          "Make the reviews up, N of them or without end, with labels; their domain changes after"
              + " --before-drift of them.")
  private Optional<Long> generate = Optional.empty();

  @Option(
      names = "--before-drift",
      paramLabel = "N",
      description = "Generated reviews of the first domain. Otherwise 6000.")
  private long beforeDrift = 6000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the generated reviews and their ids. Otherwise another each time.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--labels",
      negatable = true,
      description = "Write the labels too, or not. Otherwise with --generate only.")
  private Optional<Boolean> labels = Optional.empty();

  @Option(
      names = "--label-delay",
      paramLabel = "SECONDS",
      description =
          "How long after its review a label is written. Otherwise 5 with --generate, else 0.")
  private Optional<Double> labelDelay = Optional.empty();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Reviews a second. Otherwise 100 with --generate, else as fast as they go.")
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--print-ids",
      description = "Print each review's id, in their order, once Kafka has it.")
  private boolean printIds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    StandardErrorLog.use();
    checkArguments();
    Settings settings = options.read();
    ReviewSender.Plan plan =
        new ReviewSender.Plan(
            rate.orElse(generate.isPresent() ? GENERATED_RATE : Double.POSITIVE_INFINITY),
            labels.orElse(generate.isPresent()),
            Duration.ofMillis(
                Math.round(
                    1000 * labelDelay.orElse(generate.isPresent() ? GENERATED_LABEL_DELAY : 0))));
    // Opened first: of a wrong argument the brokers need not hear.
    ReviewInput input = input();
    Rights.require(
        ServiceRole.PRODUCE,
        settings,
        plan.labels()
            ? List.of(settings.topics().reviews(), settings.topics().labels())
            : List.of(settings.topics().reviews()));
    return run(settings, plan, input);
  }

  private int run(Settings settings, ReviewSender.Plan plan, ReviewInput input)
      throws InterruptedException {
    MessageFormats formats = settings.formats();
    ReviewSender.Values values =
        new ReviewSender.Values(
            formats.reviewWriter(settings.topics().reviews()),
            plan.labels() ? formats.labelWriter(settings.topics().labels()) : Json::write,
            formats.plan().reviews() == MessageFormat.TEXT);
    PrintWriter err = spec.commandLine().getErr();
    try (StopSignal stop = StopSignal.listen();
        Closing producer = new Closing(producer(settings.kafkaClient()))) {
      ReviewSender.Tally tally =
          new ReviewSender(
                  producer.producer(),
                  settings.topics(),
                  settings.reviewDecoder(),
                  values,
                  plan,
                  new Teller(spec.commandLine().getOut(), err, plan.labels(), printIds))
              .run(new ReadAhead(input), stop::isGiven, PROGRESS);
      err.println(line(tally, plan.labels()));
      if (tally.unlabelled() > 0) {
        err.printf("%,d labels were not due yet and are not written%n", tally.unlabelled());
      }
      if (tally.faulty() > 0) {
        err.printf("%,d lines could not be used and are left out%n", tally.faulty());
      }
      err.flush();
      return stop.isGiven() ? StopSignal.STOPPED : tally.faulty() > 0 ? 1 : 0;
    }
  }

  /** A producer that is not waited for longer than a person would. */
  private record Closing(Producer<byte[], byte[]> producer) implements AutoCloseable {
    @Override
    public void close() {
      producer.close(CLOSE);
    }
  }

  /** Tells of ids on the output, of all else on the error output. */
  private static final class Teller implements ReviewSender.Listener {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean labels;
    private final boolean ids;
    private int faults;

    Teller(PrintWriter out, PrintWriter err, boolean labels, boolean ids) {
      this.out = out;
      this.err = err;
      this.labels = labels;
      this.ids = ids;
    }

    @Override
    public void written(String id) {
      if (ids) {
        out.println(PrintableText.of(id, Integer.MAX_VALUE - 1));
        out.flush();
      }
    }

    @Override
    public void faulty(String place, String fault) {
      faults++;
      if (faults <= TOO_MANY_FAULTS) {
        err.printf("%s: %s%n", place, PrintableText.of(fault, 300));
      } else if (faults == TOO_MANY_FAULTS + 1) {
        err.println("More such lines are only counted");
      }
      err.flush();
    }

    @Override
    public void progress(ReviewSender.Tally tally) {
      err.println(line(tally, labels));
      err.flush();
    }
  }

  private static String line(ReviewSender.Tally tally, boolean labels) {
    return String.format(
        Locale.ROOT,
        "%,d reviews%s written in %.1f s (%,.0f/s)",
        tally.reviews(),
        labels ? String.format(Locale.ROOT, ", %,d labels", tally.labels()) : "",
        tally.seconds(),
        tally.reviews() / Math.max(tally.seconds(), 1e-3));
  }

  private static Producer<byte[], byte[]> producer(Properties kafka) {
    Properties properties = ClientKind.PRODUCER.of(kafka);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // A partition that was just made may refuse the first batch and accept the second; the first is
    // then out of sequence for ever. One request at a time cannot overtake.
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private ReviewInput input() throws IOException {
    if (generate.isPresent()) {
      long all = generate.get() == 0 ? Long.MAX_VALUE : generate.get();
      long before = Math.min(beforeDrift, all);
      return new GeneratedReviews(
          SyntheticReviews.stream(
              seed.orElseGet(() -> Instant.now().getEpochSecond()), before, all - before));
    }
    boolean standardInput = file.isEmpty() || file.get().toString().equals("-");
    String name = standardInput ? "standard input" : file.get().toString();
    Format known = format.of(standardInput ? "" : name);
    InputStream in = standardInput ? System.in : open(file.get());
    return switch (known) {
      case CSV, TSV ->
          new TableReviews(
              name,
              in,
              known == Format.TSV ? '\t' : ',',
              new DataColumns(textColumn, labelColumn),
              attributes);
      case AUTO, JSON, TEXT -> new LineReviews(name, in, known);
    };
  }

  private static InputStream open(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        return Files.newInputStream(path);
      }
    } catch (IOException e) {
      // The one message below.
    }
    throw new SettingsException(
        "Invalid value %s for parameter FILE: must be a file that can be read".formatted(path));
  }

  private void checkArguments() {
    List<String> faults = new ArrayList<>();
    if (generate.isPresent() && file.isPresent()) {
      faults.add("--generate and FILE exclude each other");
    }
    check(generate.orElse(0L) >= 0, "--generate", generate.orElse(0L), "1 or more", faults);
    check(beforeDrift >= 0, "--before-drift", beforeDrift, "0 or more", faults);
    check(rate.orElse(1.0) > 0, "--rate", rate.orElse(1.0), "more than 0", faults);
    check(
        labelDelay.orElse(0.0) >= 0,
        "--label-delay",
        labelDelay.orElse(0.0),
        "0 or more seconds",
        faults);
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
