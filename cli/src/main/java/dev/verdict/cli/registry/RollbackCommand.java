package dev.verdict.cli.registry;

import dev.verdict.cli.ExitCodes;
import dev.verdict.registry.RegistryChange;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code verdict rollback}: all reviews back to the version before. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Make @previous the champion again. It is loaded, so it serves from the next batch on; the version that it replaces becomes @previous, and a canary ends."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "2:Refused: no version before, another is pinned, a setting, or Kafka cannot be reached."
    },
    footer = {"", "Examples:", "  verdict rollback --reason \"wrong on short texts\""})
public final class RollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AliasOptions options = new AliasOptions();

  @Override
  public Integer call() throws InterruptedException {
    options.change(RegistryChange.Request::rollback, spec.commandLine().getOut());
    return 0;
  }
}
