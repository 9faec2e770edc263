package dev.verdict.cli.bench;

import dev.verdict.cli.ExitCodes;
import picocli.CommandLine.Command;

/** {@code verdict bench}: measures, always beside the limit and in the same run. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure on this machine, each figure beside its limit in the same run.",
    subcommands = {InferenceBench.class, TrainingBench.class, StreamBench.class},
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict bench inference", "  verdict bench stream"})
public final class BenchCommand {}
