package dev.verdict.cli.retrain;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.PrintableText;
import dev.verdict.cli.Rights;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.cli.StopSignal;
import dev.verdict.cli.tail.TopicFollower;
import dev.verdict.config.ClientKind;
import dev.verdict.config.Settings;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.Json;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.TrainingRun;
import dev.verdict.registry.access.ServiceRole;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict retrain}: a retrain request by hand. */
@Command(
    name = "retrain",
    mixinStandardHelpOptions = true,
    description = {
      "Write a retrain request and print its id. The trainer takes one after the other; a request"
          + " by hand waits for no cooldown.",
      "With --wait the run is followed to its end; told to stop, only the waiting stops."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The request is written; with --wait: a version is published.",
      "1:With --wait: rejected, failed, skipped, or --timeout is over.",
      ExitCodes.BAD_ARGUMENT,
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  verdict retrain --reason \"new catalogue\"",
      "  verdict retrain --reason nightly --request-id nightly-2026-01-31 --wait --timeout 3600"
    })
public final class RetrainCommand implements Callable<Integer> {
  private static final int MAX_REQUEST_ID = 256;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final Duration UNTAKEN = Duration.ofSeconds(15);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those who read it later; who it was stands before it.")
  private String reason = "";

  @Option(
      names = "--request-id",
      paramLabel = "ID",
      description =
          "Makes it idempotent: an id that was answered before is skipped. Otherwise"
              + " manual-<milliseconds>.")
  private Optional<String> requestId = Optional.empty();

  @Option(names = "--wait", description = "Follow training-runs until the request is answered.")
  private boolean await;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "With --wait: no longer than that. Otherwise without end.")
  private Optional<Long> timeout = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    StandardErrorLog.use();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    String id = requestId.orElse("manual-" + now.toEpochMilli());
    checkArguments(id);
    Settings settings = options.read();
    String runs = settings.topics().trainingRuns();
    Rights.require(
        ServiceRole.RETRAIN, settings, List.of(settings.topics().retrainRequests(), runs));
    RetrainRequest request =
        new RetrainRequest(
            id,
            RetrainRequest.Trigger.MANUAL,
            Optional.of("by " + System.getProperty("user.name", "unknown") + ": " + reason),
            Map.of(),
            Optional.of(now));
    PrintWriter out = spec.commandLine().getOut();
    // It stands at the end of the runs before the request is written, so that it misses nothing.
    try (StopSignal stop = StopSignal.listen();
        TopicFollower follower = new TopicFollower(settings.kafkaClient(), runs)) {
      write(settings, request);
      out.println(id);
      out.flush();
      return await ? follow(follower, id, stop) : 0;
    }
  }

  private int follow(TopicFollower follower, String id, StopSignal stop) {
    PrintWriter err = spec.commandLine().getErr();
    long start = System.nanoTime();
    long end = timeout.map(seconds -> Duration.ofSeconds(seconds).toNanos()).orElse(Long.MAX_VALUE);
    String told = "";
    boolean remarked = false;
    while (!stop.isGiven() && System.nanoTime() - start < end) {
      for (ConsumerRecord<byte[], byte[]> record : follower.poll(POLL)) {
        Optional<TrainingRun> run = read(record).filter(each -> id.equals(each.requestId()));
        if (run.isPresent() && run.get().state().terminal()) {
          err.println(PrintableText.of(ending(run.get()), 1000));
          err.flush();
          return run.get().state() == TrainingRun.State.PUBLISHED ? 0 : 1;
        }
        String line = run.map(RetrainCommand::progress).orElse(told);
        if (!line.equals(told)) {
          told = line;
          err.println(PrintableText.of(line, 1000));
          err.flush();
        }
      }
      if (told.isEmpty() && !remarked && System.nanoTime() - start > UNTAKEN.toNanos()) {
        remarked = true;
        err.println("No trainer has taken it yet: is one running, or busy with another run?");
        err.flush();
      }
    }
    if (stop.isGiven()) {
      return StopSignal.STOPPED;
    }
    err.printf("Not answered within %d s; the request stays%n", timeout.orElse(0L));
    err.flush();
    return 1;
  }

  private static String progress(TrainingRun run) {
    String step =
        run.step().isPresent() && run.steps().isPresent()
            ? " step %,d of %,d".formatted(run.step().getAsLong(), run.steps().getAsLong())
            : "";
    return run.state().wireName() + step + run.detail().map(text -> ": " + text).orElse("");
  }

  private static String ending(TrainingRun run) {
    return run.state().wireName()
        + run.modelVersion().map(version -> " " + version).orElse("")
        + run.detail().map(text -> ": " + text).orElse("");
  }

  private static Optional<TrainingRun> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return record.value() == null
          ? Optional.empty()
          : Optional.ofNullable(Json.read(record.value(), TrainingRun.class))
              .filter(run -> run.state() != null);
    } catch (IOException e) {
      // Another's record; those of the trainer can be read.
      return Optional.empty();
    }
  }

  private static void write(Settings settings, RetrainRequest request) throws InterruptedException {
    Properties properties = ClientKind.PRODUCER.of(settings.kafkaClient());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer
          .send(
              new ProducerRecord<>(
                  settings.topics().retrainRequests(),
                  settings.modelName().getBytes(StandardCharsets.UTF_8),
                  Json.write(request)))
          .get();
    } catch (ExecutionException e) {
      throw new KafkaException(
          "The request could not be written: " + e.getCause().getMessage(), e.getCause());
    } finally {
      producer.close(CLOSE);
    }
  }

  private void checkArguments(String id) {
    if (id.isBlank() || id.length() > MAX_REQUEST_ID) {
      throw new SettingsException(
          "Invalid value %s for option --request-id: must have 1 to %d characters"
              .formatted(id, MAX_REQUEST_ID));
    }
    if (reason.isBlank()) {
      throw new SettingsException("Invalid value for option --reason: must not be blank");
    }
    timeout
        .filter(seconds -> seconds < 1 || !await)
        .ifPresent(
            seconds -> {
              throw new SettingsException(
                  "Invalid value %d for option --timeout: must be 1 or more, and with --wait"
                      .formatted(seconds));
            });
  }
}
