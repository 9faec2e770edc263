package dev.verdict.cli;

import dev.verdict.config.Settings;
import dev.verdict.config.SettingsDocumentation;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verdict config}: shows or documents the settings. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Check the settings and show every value, or document them all.")
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(names = "--markdown", description = "Document every setting as Markdown tables.")
  private boolean markdown;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (markdown) {
      out.print(SettingsDocumentation.markdown());
    } else {
      Settings settings = options.read();
      settings.printable().forEach((key, value) -> out.println(key + "=" + value));
    }
    out.flush();
  }
}
