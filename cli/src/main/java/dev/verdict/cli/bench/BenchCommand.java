package dev.verdict.cli.bench;

import picocli.CommandLine.Command;

/** {@code verdict bench}: measures, always beside the limit and in the same run. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure on this machine, each figure beside its limit in the same run.",
    subcommands = {InferenceBench.class, TrainingBench.class, StreamBench.class})
public final class BenchCommand {}
