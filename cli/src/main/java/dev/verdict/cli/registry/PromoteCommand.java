package dev.verdict.cli.registry;

import dev.verdict.cli.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verdict promote}: all reviews to a version. */
@Command(
    name = "promote",
    mixinStandardHelpOptions = true,
    description = {
      "Make a published version the champion, which serves all reviews from its next batch on.",
      "Of a canary, which serves a share of the reviews, it takes the limit away. The champion of before stays loaded as @previous: see verdict rollback."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "2:Refused: no such version, another is pinned, a setting, or Kafka cannot be reached."
    },
    footer = {
      "",
      "Examples:",
      "  verdict promote @challenger --reason \"better on the kitchen line\"",
      "  verdict promote v000007-0a1b2c3d"
    })
public final class PromoteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AliasOptions options = new AliasOptions();

  @Parameters(
      paramLabel = "VERSION",
      description = "A version, or @challenger, @previous, @champion.")
  private String version = "";

  @Override
  public Integer call() throws InterruptedException {
    options.change(
        (request, state) -> request.promote(state, version), spec.commandLine().getOut());
    return 0;
  }
}
