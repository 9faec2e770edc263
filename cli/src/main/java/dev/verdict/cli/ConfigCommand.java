package dev.verdict.cli;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDocumentation;
import dev.verdict.contract.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict config}: shows or documents the settings. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "Check the settings and show every value as a properties file has it, or document them all.",
      "config show also says where each value comes from."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {"0:The settings can be used.", "2:They cannot; each fault is one line."},
    footer = {
      "",
      "Examples:",
      "  verdict config show -c verdict.properties",
      "  verdict config doc"
    },
    subcommands = {ConfigCommand.Show.class, ConfigCommand.Doc.class})
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(names = "--markdown", description = "As config doc.")
  private boolean markdown;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (markdown) {
      out.print(SettingsDocumentation.markdown());
    } else {
      Settings settings = options.read();
      settings.printable().forEach((key, value) -> out.println(key + "=" + value));
      ClientNames.unknown(settings).forEach(spec.commandLine().getErr()::println);
    }
    out.flush();
  }

  /** {@code verdict config show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = {
        "Check the settings and show every value in force with its source: default, file,"
            + " environment or command line. Of the Kafka clients' settings only those are shown that"
            + " Kafka knows to be no secrets."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {"0:The settings can be used.", "2:They cannot; each fault is one line."},
      footer = {
        "",
        "Examples:",
        "  verdict config show -c verdict.properties",
        "  verdict config show --changed",
        "  verdict config show --json | jq -r '.[\"batch.max.rows\"].value'"
      })
  static final class Show implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private SettingsOptions options = new SettingsOptions();

    @Option(names = "--changed", description = "Only settings that somebody has set.")
    private boolean changed;

    @Option(names = "--json", description = "As one JSON object: value and source by key.")
    private boolean json;

    /** A setting in force. */
    record Shown(String value, String source) {}

    @Override
    public void run() {
      Settings settings = options.read();
      Map<String, String> origins = options.origins();
      Map<String, Shown> shown = new LinkedHashMap<>();
      settings
          .printable()
          .forEach(
              (key, value) -> {
                if (!changed || origins.containsKey(key)) {
                  shown.put(key, new Shown(value, origins.getOrDefault(key, "default")));
                }
              });
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(new String(Json.writePretty(shown), StandardCharsets.UTF_8));
      } else {
        Table table = new Table("setting", "value", "source");
        shown.forEach((key, each) -> table.row(key, each.value(), each.source()));
        out.print(table);
      }
      out.flush();
    }
  }

  /** {@code verdict config doc}. */
  @Command(
      name = "doc",
      mixinStandardHelpOptions = true,
      description = "Document every setting as Markdown tables.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = ExitCodes.DONE,
      footer = {"", "Examples:", "  verdict config doc > settings.md"})
  static final class Doc implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--essential", description = "Only those that most deployments look at.")
    private boolean essential;

    @Override
    public void run() {
      PrintWriter out = spec.commandLine().getOut();
      out.print(essential ? SettingsDocumentation.essential() : SettingsDocumentation.markdown());
      out.flush();
    }
  }
}
