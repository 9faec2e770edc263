package dev.verdict.cli.replay;

import picocli.CommandLine.Command;

/** {@code verdict policy}: when retraining is asked for. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description = "Look into when retraining is asked for.",
    subcommands = ReplayPolicyCommand.class)
public final class PolicyCommand {}
