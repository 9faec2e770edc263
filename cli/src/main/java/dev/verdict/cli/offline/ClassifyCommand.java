package dev.verdict.cli.offline;

import static picocli.CommandLine.Help.Visibility.NEVER;

import dev.verdict.cli.ExitCodes;
import dev.verdict.cli.SettingsOptions;
import dev.verdict.cli.StandardErrorLog;
import dev.verdict.config.SettingsException;
import dev.verdict.trainer.training.TextScorer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verdict classify}: texts of a file or a pipe through a checkpoint. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Classify the lines of a file or of standard input with a checkpoint, without Kafka: class,"
          + " probability and text of each, in their order, as they come.",
      "A line that cannot be used is answered with the reason; the status is then 1."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "1:A line could not be used.",
      "2:An argument, setting, file or checkpoint cannot be used.",
      ExitCodes.STOPPED
    },
    footer = {
      "",
      "Examples:",
      "  verdict classify --model my-model reviews.txt",
      "  tail -f reviews.jsonl | verdict classify --model my-model --json | jq .label"
    })
public final class ClassifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @Parameters(
      showDefaultValue = NEVER,
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "Texts in UTF-8, one a line, or JSON Lines such as {\"text\": \"…\", \"id\": \"…\"}."
              + " Otherwise standard input.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description = "auto (JSON if the first line begins with a brace), json or text.")
  private InputFormat inputFormat = InputFormat.AUTO;

  @Option(
      names = "--json",
      description =
          "As JSON Lines with the fields of the predictions topic; {\"line\", \"error\"} for a line"
              + " that cannot be used.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    StandardErrorLog.use();
    try (OpenModel opened = model.open(options);
        InputStream in = input()) {
      List<String> classes = opened.classifier().labels();
      TextStream.Tally tally =
          new TextStream(
                  new TextScorer(opened.classifier(), opened.limits()),
                  opened.limits(),
                  opened.classifier().tokenizer().maxLength(),
                  json ? ResultFormat.json(classes, opened.version()) : ResultFormat.table(classes),
                  spec.commandLine().getOut())
              .run(in, inputFormat);
      if (tally.faulty() > 0) {
        spec.commandLine()
            .getErr()
            .printf("%,d of %,d lines could not be used%n", tally.faulty(), tally.lines());
        spec.commandLine().getErr().flush();
      }
      return tally.faulty() > 0 ? 1 : 0;
    }
  }

  private InputStream input() {
    if (file.isEmpty() || file.get().toString().equals("-")) {
      return System.in;
    }
    try {
      return Files.newInputStream(file.get());
    } catch (IOException e) {
      throw new SettingsException(
          "Invalid value %s for parameter FILE: must be a file that can be read"
              .formatted(file.get()));
    }
  }
}
