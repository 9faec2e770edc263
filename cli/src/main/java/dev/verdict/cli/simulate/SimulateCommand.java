package dev.verdict.cli.simulate;

import dev.verdict.cli.ExitCodes;
import picocli.CommandLine.Command;

/**
 * {@code verdict simulate}: whether what Verdict says with confidence holds as often as it says.
 */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Check by simulation that statistical claims hold as often as they say.",
    subcommands = {
      IntervalsSimulation.class,
      DetectorsSimulation.class,
      EstimatedF1Simulation.class,
      ChallengerTrials.class,
      CanaryTrials.class
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, "2:An argument, setting, file or checkpoint cannot be used."},
    footer = {"", "Examples:", "  verdict simulate challenger --trials 200"})
public final class SimulateCommand {}
