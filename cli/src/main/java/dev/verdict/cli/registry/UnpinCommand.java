package dev.verdict.cli.registry;

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
