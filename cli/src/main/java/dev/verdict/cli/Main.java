package dev.verdict.cli;

import dev.verdict.checkpoint.CheckpointException;
import dev.verdict.cli.bench.BenchCommand;
import dev.verdict.cli.bench.ClassDataCommand;
import dev.verdict.cli.doctor.DoctorCommand;
import dev.verdict.cli.metrics.VerifyMetricsCommand;
import dev.verdict.cli.models.ModelsCommand;
import dev.verdict.cli.offline.ClassifyCommand;
import dev.verdict.cli.offline.EvaluateCommand;
import dev.verdict.cli.offline.PretrainCommand;
import dev.verdict.cli.offline.ReproduceCommand;
import dev.verdict.cli.offline.TrainCommand;
import dev.verdict.cli.offline.VerifyCommand;
import dev.verdict.cli.produce.ProduceCommand;
import dev.verdict.cli.registry.PinCommand;
import dev.verdict.cli.registry.PromoteCommand;
import dev.verdict.cli.registry.RollbackCommand;
import dev.verdict.cli.registry.UnpinCommand;
import dev.verdict.cli.replay.DeadLettersCommand;
import dev.verdict.cli.replay.PolicyCommand;
import dev.verdict.cli.replay.ReplayCommand;
import dev.verdict.cli.retrain.RetrainCommand;
import dev.verdict.cli.simulate.SimulateCommand;
import dev.verdict.cli.source.SourceException;
import dev.verdict.cli.tail.TailCommand;
import dev.verdict.cli.topics.TopicsCommand;
import dev.verdict.cli.up.ScenarioException;
import dev.verdict.cli.up.UpCommand;
import dev.verdict.config.SettingsException;
import dev.verdict.contract.avro.SchemaRegistryException;
import dev.verdict.embedded.EmbeddedKafkaException;
import dev.verdict.hub.HubException;
import dev.verdict.registry.RefusedStartException;
import dev.verdict.registry.RegistryRefusal;
import dev.verdict.streams.replay.ReplayException;
import dev.verdict.trainer.data.DataException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParseResult;

/** The {@code verdict} command. */
@Command(
    name = "verdict",
    mixinStandardHelpOptions = true,
    version = "verdict 0.1.0",
    description = "A Kafka streaming text classifier that grades itself.",
    subcommands = {
      UpCommand.class,
      StreamsCommand.class,
      TrainerCommand.class,
      ProduceCommand.class,
      TailCommand.class,
      ModelsCommand.class,
      RetrainCommand.class,
      PromoteCommand.class,
      RollbackCommand.class,
      PinCommand.class,
      UnpinCommand.class,
      ReplayCommand.class,
      DeadLettersCommand.class,
      PolicyCommand.class,
      ClassifyCommand.class,
      TrainCommand.class,
      PretrainCommand.class,
      ReproduceCommand.class,
      EvaluateCommand.class,
      VerifyCommand.class,
      VerifyMetricsCommand.class,
      TopicsCommand.class,
      AclsCommand.class,
      DoctorCommand.class,
      ConfigCommand.class,
      MetricsCommand.class,
      BenchCommand.class,
      SimulateCommand.class,
      ClassDataCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "1:It went wrong, or what was asked is not so; each verb's help says what.",
      ExitCodes.BAD_ARGUMENT,
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  verdict up",
      "  verdict produce --generate --rate 100 -D bootstrap.servers=kafka:9092",
      "  verdict tail evaluations",
      "  verdict doctor",
      "  verdict help tail"
    })
public final class Main {
  /** Exit status of a setting or argument that cannot be used, as picocli has it. */
  private static final int BAD_SETTING = CommandLine.ExitCode.USAGE;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().setOut(utf8(System.out)).setErr(utf8(System.err)).execute(arguments));
  }

  /** What other programs read must not depend on the locale. */
  private static PrintWriter utf8(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::explain);
  }

  /** A user's mistake gets its sentence and no stack trace. */
  private static int explain(Exception fault, CommandLine command, ParseResult parsed)
      throws Exception {
    if (fault instanceof SettingsException
        || fault instanceof SourceException
        || fault instanceof DataException
        || fault instanceof ScenarioException
        || fault instanceof RefusedStartException
        || fault instanceof SchemaRegistryException
        || fault instanceof RegistryRefusal
        || fault instanceof ReplayException
        || fault instanceof EmbeddedKafkaException
        || fault instanceof HubException
        || fault instanceof CheckpointException) {
      command.getErr().println(fault.getMessage());
      return BAD_SETTING;
    }
    if (fault instanceof KafkaException) {
      command.getErr().println("Kafka: " + fault.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    if (fault instanceof IOException || fault instanceof UncheckedIOException) {
      command.getErr().println(sentence(fault));
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw fault;
  }

  /** Of many faults of files the message is the name of the file alone. */
  private static String sentence(Exception fault) {
    Throwable cause = fault instanceof UncheckedIOException ? fault.getCause() : fault;
    return cause instanceof FileSystemException file && file.getReason() == null
        ? cause.getClass().getSimpleName().replace("Exception", "") + ": " + file.getFile()
        : String.valueOf(cause.getMessage());
  }
}
