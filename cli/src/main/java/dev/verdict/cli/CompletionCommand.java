package dev.verdict.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code verdict completion}: what a shell needs to complete the verbs and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a completion script for bash, and for zsh with its bashcompinit.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = ExitCodes.DONE,
    footer = {
      "",
      "Examples:",
      "  source <(verdict completion)",
      "  verdict completion > ~/.local/share/bash-completion/completions/verdict"
    })
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
    out.print('\n');
    out.flush();
  }
}
