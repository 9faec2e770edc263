package dev.verdict.cli.registry;

import dev.verdict.cli.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verdict pin}: holds a version fast. */
@Command(
    name = "pin",
    mixinStandardHelpOptions = true,
    description = {
      "Make a version the champion and let nobody promote another by itself: what the trainer finds better waits as @challenger until verdict unpin."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "2:Refused: there is no such version, or a setting cannot be used, or Kafka not reached."
    },
    footer = {
      "",
      "Examples:",
      "  verdict pin @champion --reason \"audit until Friday\"",
      "  verdict pin v000005-0a1b2c3d"
    })
public final class PinCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AliasOptions options = new AliasOptions();

  @Parameters(
      paramLabel = "VERSION",
      description = "A version, or @champion, @previous, @challenger.")
  private String version = "";

  @Override
  public Integer call() throws InterruptedException {
    options.change((request, state) -> request.pin(state, version), spec.commandLine().getOut());
    return 0;
  }
}
