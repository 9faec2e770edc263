package dev.verdict.cli.registry;

import dev.verdict.cli.ExitCodes;
import dev.verdict.registry.RegistryChange;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code verdict unpin}: lets versions be promoted again. */
@Command(
    name = "unpin",
    mixinStandardHelpOptions = true,
    description = {"Let versions be promoted again. The champion stays."},
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "2:Refused: nothing is pinned, or a setting cannot be used, or Kafka not reached."
    },
    footer = {"", "Examples:", "  verdict unpin"})
public final class UnpinCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AliasOptions options = new AliasOptions();

  @Override
  public Integer call() throws InterruptedException {
    options.change(RegistryChange.Request::unpin, spec.commandLine().getOut());
    return 0;
  }
}
