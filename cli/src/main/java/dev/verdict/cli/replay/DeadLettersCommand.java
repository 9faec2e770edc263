package dev.verdict.cli.replay;

import dev.verdict.cli.ExitCodes;
import picocli.CommandLine.Command;

/** {@code verdict dead-letters}: what could not be processed, and back with it after a fix. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "List the records that could not be processed, or write them back after a fix.",
    subcommands = {ListDeadLettersCommand.class, ReplayDeadLettersCommand.class},
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, ExitCodes.BAD_ARGUMENT},
    footer = {"", "Examples:", "  verdict dead-letters list --from 2h"})
public final class DeadLettersCommand {}
