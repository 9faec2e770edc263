package dev.verdict.cli.replay;

import dev.verdict.cli.ExitCodes;
import picocli.CommandLine.Command;

/** {@code verdict policy}: when retraining is asked for. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description = "Look into when retraining is asked for.",
    subcommands = ReplayPolicyCommand.class,
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, ExitCodes.BAD_ARGUMENT},
    footer = {"", "Examples:", "  verdict policy replay --from 24h --set retrain.f1.min=0.75"})
public final class PolicyCommand {}
